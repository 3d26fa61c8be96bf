package fake

// SeedCustomer makes a customer with a good card and returns the id of the customer.
func (s *Server) SeedCustomer() string {
	defer s.deliver(false)
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.seedCustomer().id
}

func (s *Server) seedCustomer() *customer {
	c := &customer{entity: s.newEntity("cust"), metadata: map[string]any{}}
	c.attach(&token{card: s.goodCard("Somchai Prasert")})
	s.customers.add(c)
	s.emit("customer.create", s.customerView(c, false))
	return c
}

// goodCard makes a card that can be charged.
func (s *Server) goodCard(name string) *card {
	c := &card{entity: s.newEntity("card"), name: name}
	c.setNumber("4242424242424242")
	c.month, c.year = 12, int64(s.clock.now().Year())+1
	return c
}

// SeedPaidCharges makes a customer with n paid charges and returns the ids of the
// charges. Each charge has the amount 100000: 1,000.00 in a currency with two decimals.
func (s *Server) SeedPaidCharges(n int) []string {
	defer s.deliver(false)
	s.mu.Lock()
	defer s.mu.Unlock()
	owner := s.seedCustomer()
	ids := make([]string, n)
	for i := range ids {
		c := s.newCharge(100_000, s.country.Currency)
		s.openCharge(c, paymentMethod{card: owner.defaultCard, customer: owner})
		ids[i] = c.id
	}
	return ids
}
