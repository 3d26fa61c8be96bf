package fake

import (
	"errors"
	"fmt"
	"strings"

	"github.com/omisekit/omise-go/internal/fake/shape"
)

// A chain lets its owner act for another merchant. The account of that merchant is
// another Server. The key of the chain is the secret key of that Server.
//
// Guess: the two accounts share only the time, the identifiers and the tokens.
type chain struct {
	entity
	email   string
	revoked bool
	account *Server
}

// ErrNotFound is the error for an id that no object has.
var ErrNotFound = errors.New("was not found")

// ChainKeyPrefix is the prefix of the keys of chains.
const ChainKeyPrefix = "ckey_"

// AddChain connects the account of a sub-merchant and returns the id of the chain. At
// Omise the sub-merchant does this on the dashboard.
func (s *Server) AddChain(email string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := &chain{entity: s.newEntity("acch"), email: email}
	options := s.options
	options.SecretKey = s.ids.next(strings.TrimSuffix(ChainKeyPrefix, "_"))
	c.account = newServer(options, s.common)
	c.account.chained = true
	c.account.account.email = email
	s.chains.add(c)
	return c.id
}

// accountOf returns the account that a key belongs to. It returns s for a revoked
// key, and s then refuses the key.
func (s *Server) accountOf(key string) *Server {
	if !strings.HasPrefix(key, ChainKeyPrefix) {
		return s
	}
	for _, c := range s.chains.all {
		if !c.revoked && c.key() == key {
			return c.account
		}
	}
	return s
}

// OwnsKey reports whether a key belongs to one of the chains.
func (s *Server) OwnsKey(key string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.accountOf(key) != s
}

// accounts returns the account itself and the accounts of its chains.
func (s *Server) accounts() []*Server {
	all := []*Server{s}
	for _, c := range s.chains.all {
		all = append(all, c.account)
	}
	return all
}

// anywhere finds a record in the account and in the accounts of its chains. It returns
// the account of the record as well.
func anywhere[T record](s *Server, records func(*Server) *store[T], id string) (home *Server, v T, err error) {
	for _, home := range s.accounts() {
		if v, ok := records(home).get(id); ok {
			return home, v, nil
		}
	}
	return nil, v, fmt.Errorf("fake: %s %s %w", records(s).kind, id, ErrNotFound)
}

func (c *chain) key() string { return c.account.options.SecretKey }

func (s *Server) chainView(c *chain, _ bool) object {
	return shape.New("chain").With(object{
		"id":         c.id,
		"location":   "/chains/" + c.id,
		"revoked":    c.revoked,
		"email":      c.email,
		"key":        c.key(),
		"created_at": c.createdAt,
	})
}

func (s *Server) revokeChain(_ *request, c *chain) *apiError {
	if c.revoked {
		return fail(badRequest, "chain is already revoked")
	}
	c.revoked = true
	return nil
}

// authorizeChain is the consent of the sub-merchant. It changes nothing.
//
// Guess: a chain can be authorized again, because every chain of the fake is
// authorized from the start.
func (s *Server) authorizeChain(_ *request, c *chain) *apiError {
	if c.revoked {
		return fail(badRequest, "chain is already revoked")
	}
	return nil
}

// Guess: the answer is the account of the sub-merchant.
func (s *Server) chainAccountView(c *chain, _ bool) object { return c.account.accountView() }

// chainKeyView renders the key of a chain.
//
// Guess: nothing is published about the attributes of a key.
func (s *Server) chainKeyView(c *chain, _ bool) object {
	return object{"key": c.key(), "livemode": false, "revoked": c.revoked, "created_at": c.createdAt}
}

func chainKeys(c *chain) []*chain { return []*chain{c} }

// getChainTransfer answers with the latest transfer of the sub-merchant.
func (s *Server) getChainTransfer(r *request) (any, *apiError) {
	c, err := s.chains.find(r.id("id"))
	if err != nil {
		return nil, err
	}
	transfers := c.account.transfers.all
	if len(transfers) == 0 {
		return nil, fail(notFound, "transfer of chain %s was not found", c.id)
	}
	return c.account.transferView(transfers[len(transfers)-1], r.expand()), nil
}
