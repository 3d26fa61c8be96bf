package fake

import (
	"maps"
	"slices"
)

// A copier copies a world. It copies every record once, and the copies point to each
// other. Values that never change are shared: events, transactions and similar
// records, parameters, metadata and the card of a charge.
type copier struct {
	servers map[*Server]*Server
	commons map[*common]*common
	done    []*entity // records that are copied already
}

// A copyable record has the method relink. It makes a fresh copy point to the copies
// of other records.
type copyable[T any] interface {
	*T
	self() *entity
	relink(*copier)
}

// copyWorld returns a copy of a world. The caller holds its lock.
func copyWorld(s *Server) *Server {
	to := emptyLike(s, &common{publicURL: s.options.PublicURL})
	copyWorldInto(to, s)
	return to
}

// emptyLike returns a Server that has only the unchangeable fields of s.
func emptyLike(s *Server, shared *common) *Server {
	return &Server{options: s.options, country: s.country, chained: s.chained, common: shared}
}

// copyWorldInto replaces everything in a Server by a copy of another one. The caller
// holds the locks of both.
func copyWorldInto(to, from *Server) {
	m := &copier{
		servers: map[*Server]*Server{from: to},
		commons: map[*common]*common{from.common: to.common},
	}
	from.common.copyInto(to.common, m)
	from.copyInto(to, m)
	for _, e := range m.done {
		e.copy = nil
	}
}

// copyOf returns the copy of a record. The first call makes the copy.
func copyOf[T any, P copyable[T]](m *copier, v P) P {
	if v == nil {
		return nil
	}
	e := v.self()
	if made, ok := e.copy.(P); ok {
		return made
	}
	made := P(new(T))
	*made = *v
	e.copy = made
	m.done = append(m.done, e)
	made.relink(m)
	return made
}

func copiesOf[T any, P copyable[T]](m *copier, all []P) []P {
	if all == nil {
		return nil
	}
	copies := make([]P, len(all))
	for i, v := range all {
		copies[i] = copyOf(m, v)
	}
	return copies
}

func copyStore[T any, P interface {
	copyable[T]
	record
}](m *copier, st *store[P]) *store[P] {
	return &store[P]{kind: st.kind, all: copiesOf(m, st.all)}
}

// shareStore copies a store of records that never change.
func shareStore[T record](st *store[T]) *store[T] {
	return &store[T]{kind: st.kind, all: slices.Clip(st.all)}
}

// server returns the copy of an account. The account may belong to a chain.
func (m *copier) server(from *Server) *Server {
	to, ok := m.servers[from]
	if !ok {
		to = emptyLike(from, m.commons[from.common])
		m.servers[from] = to
		from.copyInto(to, m)
	}
	return to
}

func (c *common) copyInto(to *common, m *copier) {
	to.ids = c.ids.copied()
	to.side = c.side.copied()
	to.clock = c.clock.copied(m)
	to.requests = c.requests
	to.tokens = copyStore(m, c.tokens)
	to.calls, to.dropped = slices.Clip(c.calls), c.dropped
	to.rules = slices.Clone(c.rules)
	for i, r := range c.rules {
		to.rules[i] = r.copied()
	}
	to.recent = maps.Clone(c.recent)
	to.hooks = c.hooks
	to.outbox = copiesOf(m, c.outbox)
}

func (s *Server) copyInto(to *Server, m *copier) {
	to.ledger = s.ledger
	to.unsettled = slices.Clone(s.unsettled)
	to.replays = maps.Clone(s.replays)
	to.account = s.account
	to.consent = nil
	if s.consent != nil {
		given := *s.consent
		to.consent = &given
	}
	to.openReceipt = copyOf(m, s.openReceipt)
	to.firstSecret = copyOf(m, s.firstSecret)
	to.deliveriesOf = maps.Clone(s.deliveriesOf)

	to.audits = shareStore(s.audits)
	to.batches = shareStore(s.batches)
	to.deliveries = shareStore(s.deliveries)
	to.events = shareStore(s.events)
	to.linksPlusLinks = shareStore(s.linksPlusLinks)
	to.linksPlusTemplates = shareStore(s.linksPlusTemplates)
	to.receipts = shareStore(s.receipts)
	to.routingRules = shareStore(s.routingRules)
	to.subMerchants = shareStore(s.subMerchants)
	to.transactions = shareStore(s.transactions)

	to.chains = copyStore(m, s.chains)
	to.charges = copyStore(m, s.charges)
	to.customers = copyStore(m, s.customers)
	to.disputes = copyStore(m, s.disputes)
	to.linkedAccounts = copyStore(m, s.linkedAccounts)
	to.links = copyStore(m, s.links)
	to.occurrences = copyStore(m, s.occurrences)
	to.recipients = copyStore(m, s.recipients)
	to.refunds = copyStore(m, s.refunds)
	to.schedules = copyStore(m, s.schedules)
	to.sources = copyStore(m, s.sources)
	to.transfers = copyStore(m, s.transfers)
	to.webhookSecrets = copyStore(m, s.webhookSecrets)
	to.table = to.routes()
}

func (t *token) relink(m *copier) {
	t.card = copyOf(m, t.card)
	t.charge = copyOf(m, t.charge)
}

func (c *customer) relink(m *copier) {
	c.cards = copiesOf(m, c.cards)
	c.defaultCard = copyOf(m, c.defaultCard)
	c.linkedAccounts = copiesOf(m, c.linkedAccounts)
	c.schedules = copiesOf(m, c.schedules)
}

func (c *charge) relink(m *copier) {
	c.source = copyOf(m, c.source)
	c.linkedAccount = copyOf(m, c.linkedAccount)
	c.refunds = copiesOf(m, c.refunds)
	c.dispute = copyOf(m, c.dispute)
	c.events = slices.Clip(c.events)
}

func (d *dispute) relink(m *copier) {
	d.charge = copyOf(m, d.charge)
	d.documents = copiesOf(m, d.documents)
	d.transactions = slices.Clip(d.transactions)
}

func (sc *schedule) relink(m *copier) {
	sc.charge = copyOf(m, sc.charge)
	sc.transfer = copyOf(m, sc.transfer)
	sc.occurrences = copiesOf(m, sc.occurrences)
}

func (c *scheduledCharge) relink(m *copier) {
	c.customer = copyOf(m, c.customer)
	c.card = copyOf(m, c.card)
}

func (oc *occurrence) relink(m *copier) {
	oc.schedule = copyOf(m, oc.schedule)
	oc.charge = copyOf(m, oc.charge)
	oc.transfer = copyOf(m, oc.transfer)
}

func (src *source) relink(m *copier) {
	src.charge = copyOf(m, src.charge)
	src.code = copyOf(m, src.code)
}

func (f *refund) relink(m *copier)            { f.charge = copyOf(m, f.charge) }
func (l *link) relink(m *copier)              { l.charges = copiesOf(m, l.charges) }
func (t *transfer) relink(m *copier)          { t.recipient = copyOf(m, t.recipient) }
func (p *recipient) relink(m *copier)         { p.schedules = copiesOf(m, p.schedules) }
func (t *scheduledTransfer) relink(m *copier) { t.recipient = copyOf(m, t.recipient) }
func (c *chain) relink(m *copier)             { c.account = m.server(c.account) }
func (p *posting) relink(m *copier)           { p.home = m.server(p.home) }
func (l *lateCall) relink(*copier)            { l.incoming = l.incoming.copied() }

func (*card) relink(*copier)          {}
func (*document) relink(*copier)      {}
func (*linkedAccount) relink(*copier) {}
func (*receipt) relink(*copier)       {}
func (*webhookSecret) relink(*copier) {}
