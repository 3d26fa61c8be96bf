package fake

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestCustomer(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	c := w.post("/customers", object{"email": "a@example.com", "metadata": object{"vip": true}})
	require.Equal(t, "a@example.com", c["email"])
	require.Nil(t, c["description"])
	require.Nil(t, c["default_card"])
	require.EqualValues(t, 0, c.in("cards")["total"])

	c = w.patch("/customers/"+c.id(), object{"description": "first", "email": ""})
	require.Equal(t, "first", c["description"])
	require.Nil(t, c["email"])
	require.Equal(t, map[string]any{"vip": true}, c["metadata"])

	gone := w.ok("DELETE", "/customers/"+c.id(), nil)
	require.Equal(t, true, gone["deleted"])
	require.Equal(t, "customer "+c.id()+" was not found", w.fails(notFound, "GET", "/customers/"+c.id(), nil))
	require.EqualValues(t, 0, w.get("/customers")["total"])
	require.Equal(t, []string{"customer.create", "customer.update", "customer.destroy"}, w.eventKeys())

	w.fails(badRequest, "POST", "/customers", object{"metadata": []any{1}})
	w.fails(notFound, "POST", "/customers", object{"linked_account": "lnac_x"})
}

func TestCustomerCards(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	token := w.get("/tokens/" + w.token(goodCard))
	c := w.post("/customers", object{"card": token.id()})
	first := c.in("cards").data()[0]
	require.Equal(t, token.in("card")["id"], first["id"])
	require.Equal(t, first["id"], c["default_card"])
	require.Equal(t, "/customers/"+c.id()+"/cards/"+first.id(), first["location"])

	spent := w.get("/tokens/" + token.id())
	require.Equal(t, true, spent["used"])
	require.Equal(t, "unknown", spent["charge_status"])
	require.Nil(t, spent["card"])
	w.fails(usedToken, "POST", "/customers", object{"card": token.id()})
	require.Equal(t, "token tokn_x was not found", w.fails(notFound, "POST", "/customers", object{"card": "tokn_x"}))

	w.patch("/customers/"+c.id(), object{"card": w.token("5555555555554444")})
	c = w.patch("/customers/"+c.id(), object{"card": w.token("3530111333300000")})
	cards := c.in("cards").data()
	require.Len(t, cards, 3)
	require.Equal(t, first["id"], c["default_card"], "a further card leaves the default alone")

	c = w.patch("/customers/"+c.id(), object{"default_card": cards[1].id()})
	require.Equal(t, cards[1]["id"], c["default_card"])
	require.Equal(t, "card card_x was not found", w.fails(notFound, "PATCH", "/customers/"+c.id(), object{"default_card": "card_x"}))
	require.Equal(t, "MasterCard", w.get("/customers/" + c.id() + "?expand=true").in("default_card")["brand"])

	gone := w.ok("DELETE", "/customers/"+c.id()+"/cards/"+cards[1].id(), nil)
	require.Equal(t, true, gone["deleted"])
	c = w.get("/customers/" + c.id())
	require.Equal(t, cards[2]["id"], c["default_card"], "the card added last takes over")
	require.Equal(t, []string{cards[0].id(), cards[2].id()}, w.get("/customers/"+c.id()+"/cards").ids())

	w.ok("DELETE", "/customers/"+c.id()+"/cards/"+cards[0].id(), nil)
	w.ok("DELETE", "/customers/"+c.id()+"/cards/"+cards[2].id(), nil)
	require.Nil(t, w.get("/customers/" + c.id())["default_card"])
	require.Equal(t, []string{
		"customer.create", "customer.update.card", "customer.update.card", "customer.update",
		"card.destroy", "card.destroy", "card.destroy",
	}, w.eventKeys())
}

func TestUpdateCard(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	c := w.post("/customers", object{"card": w.token(goodCard)})
	path := "/customers/" + c.id() + "/cards/" + c.text("default_card")
	paid := w.post("/charges", object{"amount": 100_000, "currency": "thb", "customer": c.id()})

	card := w.patch(path, object{"name": "New Name", "expiration_month": 2, "expiration_year": 2031, "city": "Chiang Mai"})
	require.Equal(t, "New Name", card["name"])
	require.EqualValues(t, 2031, card["expiration_year"])
	require.Equal(t, "Chiang Mai", card["city"])
	require.Equal(t, card, w.get(path))
	require.Equal(t, "Somchai Prasert", w.get("/charges/" + paid.id()).in("card")["name"], "a charge keeps its card")

	w.fails(invalidCard, "PATCH", path, object{"expiration_year": 2020})
	require.Equal(t, card, w.get(path), "a refused update changes nothing")
	require.Equal(t, card, w.patch(path, object{"name": ""}), "a name that comes blank stays")

	w.fails(notFound, "GET", "/customers/cust_x/cards/card_x", nil)
	require.Equal(t, "card card_x was not found", w.fails(notFound, "GET", "/customers/"+c.id()+"/cards/card_x", nil))
	other := w.post("/customers", object{"card": w.token(goodCard)})
	w.fails(notFound, "GET", "/customers/"+c.id()+"/cards/"+other.text("default_card"), nil)
}

func TestCardKeepsTokenTime(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	token := w.token(goodCard)
	w.Advance(time.Hour)
	c := w.post("/customers", object{"card": token})
	require.Equal(t, "2026-01-05T04:00:00Z", c["created_at"])
	require.Equal(t, "2026-01-05T03:00:00Z", c.in("cards").data()[0]["created_at"])
}
