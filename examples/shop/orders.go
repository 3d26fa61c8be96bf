package main

import (
	"database/sql"
	"time"

	"github.com/omisekit/omise-go"
	_ "modernc.org/sqlite"
)

// An order is one purchase. It has one charge at a time: a new attempt to pay begins only
// after the attempt before has failed.
type order struct {
	ID       int64
	Item     string
	Amount   int64 // in the smallest unit
	Currency omise.Currency
	State    state
	Attempt  int       // the first is 1
	Began    time.Time // when the attempt began
	ChargeID string    // charge of the attempt, empty until it is known
	Problem  string    // why the attempt failed
}

// A state is the state of an order.
type state string

const (
	isNew     state = "new"
	paying    state = "paying"  // a charge is being made, and its outcome is not known yet
	pending   state = "pending" // the payer has to confirm the payment
	paid      state = "paid"
	failed    state = "failed"
	refunding state = "refunding" // a refund is being made, and its outcome is not known yet
	refunded  state = "refunded"
)

type orders struct{ *sql.DB }

func openOrders(path string) (*orders, error) {
	db, err := sql.Open("sqlite", "file:"+path+"?_pragma=busy_timeout(5000)&_pragma=journal_mode(WAL)")
	if err != nil {
		return nil, err
	}
	_, err = db.Exec(`CREATE TABLE IF NOT EXISTS orders (
		id        INTEGER PRIMARY KEY,
		item      TEXT NOT NULL,
		amount    INTEGER NOT NULL,
		currency  TEXT NOT NULL,
		state     TEXT NOT NULL DEFAULT 'new',
		attempt   INTEGER NOT NULL DEFAULT 0,
		began     INTEGER NOT NULL DEFAULT 0,
		charge_id TEXT NOT NULL DEFAULT '',
		problem   TEXT NOT NULL DEFAULT '')`)
	return &orders{db}, err
}

func (o *orders) create(item string, amount int64, currency omise.Currency) (id int64, err error) {
	result, err := o.Exec(`INSERT INTO orders (item, amount, currency) VALUES (?, ?, ?)`, item, amount, currency)
	if err != nil {
		return 0, err
	}
	return result.LastInsertId()
}

func (o *orders) get(id string) (*order, error) {
	var found order
	var began int64
	err := o.QueryRow(`SELECT id, item, amount, currency, state, attempt, began, charge_id, problem FROM orders WHERE id = ?`, id).
		Scan(&found.ID, &found.Item, &found.Amount, &found.Currency, &found.State, &found.Attempt, &began, &found.ChargeID, &found.Problem)
	found.Began = time.Unix(began, 0)
	return &found, err
}

// begin starts an attempt to pay. It reports whether this call has started it. After two
// clicks on the button, only one call starts an attempt.
func (o *orders) begin(id int64) (bool, error) {
	return changed(o.Exec(`UPDATE orders SET state = ?, attempt = attempt + 1, began = ?, charge_id = '', problem = ''
		WHERE id = ? AND state IN (?, ?)`, paying, time.Now().Unix(), id, isNew, failed))
}

// beginRefund starts a refund, once.
func (o *orders) beginRefund(id int64) (bool, error) {
	return changed(o.Exec(`UPDATE orders SET state = ?, began = ? WHERE id = ? AND state = ?`, refunding, time.Now().Unix(), id, paid))
}

// set changes the state of an attempt. It does not change another attempt or an order that
// has ended, because news of a charge may come late and in any order.
func (o *orders) set(id int64, attempt int, to state, chargeID, problem string) error {
	_, err := o.Exec(`UPDATE orders SET state = ?, charge_id = ?, problem = ?
		WHERE id = ? AND attempt = ? AND state IN (?, ?, ?)`, to, chargeID, problem, id, attempt, paying, pending, failed)
	return err
}

// setRefund ends a refund.
func (o *orders) setRefund(id int64, to state, problem string) error {
	_, err := o.Exec(`UPDATE orders SET state = ?, problem = ? WHERE id = ? AND state = ?`, to, problem, id, refunding)
	return err
}

func changed(result sql.Result, err error) (bool, error) {
	if err != nil {
		return false, err
	}
	n, err := result.RowsAffected()
	return n == 1, err
}
