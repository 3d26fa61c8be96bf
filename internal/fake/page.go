package fake

import (
	_ "embed"
	"fmt"
	"mime"
	"net/http"
	"strings"

	"github.com/omisekit/omise-go/internal/barcode"
	"github.com/omisekit/omise-go/internal/fake/money"
	"github.com/omisekit/omise-go/internal/qr"
	"github.com/omisekit/omise-go/internal/webpage"
)

// Payers open pages without a key, outside the API. On a page they approve or decline a
// charge, pay a link or register a bank account. Another page is the picture of a code.
// Everyone who has the address can open the page, as at Omise.

//go:embed page.html
var pageHTML string

var payerTemplate = webpage.New(pageHTML, nil)

// A payerPage is the page of one object at one time.
type payerPage struct {
	Title, Amount string
	Rows          [][2]string // name and value
	Yes, No       string      // texts of the buttons; empty for no button
	ReturnURI     string      // address of the merchant, may be empty

	code string // not empty if the page is the picture of this QR code

	barcode string // not empty if the page is the picture of this bar code
	content []byte // not nil if the page is a file; Title is its name
	answer  func(yes bool) error
}

// Back returns the address behind the link back to the merchant. It is empty for
// the address of an app, because a browser cannot open it.
func (p *payerPage) Back() string {
	if !strings.HasPrefix(p.ReturnURI, "http") {
		return ""
	}
	return p.ReturnURI
}

// PublishAt sets the address of the Server's pages from now on. Without it, answers show
// addresses of Omise.
func (s *Server) PublishAt(url string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.publicURL = strings.TrimSuffix(url, "/")
}

// OwnsPage reports whether a request is for a page of this Server and not for
// the API.
func (s *Server) OwnsPage(hr *http.Request) bool { return s.pageAt(hr.URL.Path) != nil }

// pageURI returns the address of a page: below the public URL if there is one, otherwise
// on the given host of Omise.
func (s *Server) pageURI(host, path string) string {
	if s.publicURL != "" {
		return s.publicURL + path
	}
	return "https://" + host + path
}

func (s *Server) authorizeURI(c *charge) string {
	if c.page == "" {
		return ""
	}
	host := "pay.omise.co"
	if c.card != nil {
		host = "api.omise.co"
	}
	return s.pageURI(host, c.pagePath()+"?acs=false")
}

func (c *charge) pagePath() string { return "/payments/" + c.page + "/authorize" }

func (s *Server) downloadURI(d *document) string {
	if d == nil || d.code == "" {
		return ""
	}
	return s.pageURI("api.omise.co", d.downloadPath())
}

func (d *document) downloadPath() string { return d.location + "/downloads/" + d.code }

// ServeHTTP answers a request for the page.
func (p *payerPage) ServeHTTP(w http.ResponseWriter, hr *http.Request) {
	switch {
	case hr.Method == http.MethodPost && p.answer != nil:
		p.take(w, hr)
	case hr.Method != http.MethodGet && hr.Method != http.MethodHead:
		http.Error(w, "method not allowed", http.StatusMethodNotAllowed)
	case p.barcode != "":
		picture, err := barcode.SVG(p.barcode)
		if err != nil {
			panic(fmt.Sprintf("fake: %v", err))
		}
		w.Header().Set("Content-Type", "image/svg+xml")
		_, _ = w.Write(picture) // the payer may have closed the page
	case p.content != nil:
		w.Header().Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": p.Title}))
		w.Header().Set("Content-Type", "application/octet-stream")
		_, _ = w.Write(p.content) // the payer may have closed the page
	case p.code != "":
		picture, err := qr.PNG(p.code)
		if err != nil {
			panic(fmt.Sprintf("fake: %v", err))
		}
		w.Header().Set("Content-Type", "image/png")
		_, _ = w.Write(picture) // the payer may have closed the page
	default:
		webpage.Write(w, http.StatusOK, payerTemplate, p)
	}
}

// sameOrigin refuses requests that pages of other sites send through the payer's
// browser.
var sameOrigin = http.NewCrossOriginProtection()

// take carries out the answer of the payer and sends the payer back to the merchant. If
// the answer is too late, the page shows the reason.
func (p *payerPage) take(w http.ResponseWriter, hr *http.Request) {
	if err := sameOrigin.Check(hr); err != nil {
		http.Error(w, "pages of other sites may not answer", http.StatusForbidden)
		return
	}
	form, bad := decode(hr)
	answer := form.params.Text("answer")
	if bad != nil || answer != "yes" && answer != "no" {
		http.Error(w, "answer must be yes or no", http.StatusBadRequest)
		return
	}
	if err := p.answer(answer == "yes"); err != nil || p.ReturnURI == "" {
		w.Header().Set("Location", "?"+hr.URL.RawQuery) // this page, at any address
		w.WriteHeader(http.StatusSeeOther)
		return
	}
	http.Redirect(w, hr, p.ReturnURI, http.StatusSeeOther)
}

// pageAt returns the page with a path, or nil.
func (s *Server) pageAt(path string) *payerPage {
	var look func(*Server, string) *payerPage
	switch {
	case strings.HasPrefix(path, "/payments/"):
		look = (*Server).authorizePage
	case strings.HasPrefix(path, "/offsites/"):
		look = (*Server).registrationPage
	case strings.HasPrefix(path, "/charges/") && strings.Contains(path, "/downloads/"):
		look = (*Server).codePicture
	case strings.HasPrefix(path, "/disputes/") && strings.Contains(path, "/downloads/"):
		look = (*Server).evidence
	case len(path) == linkPathLength:
		look = (*Server).linkPage
	default:
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, home := range s.accounts() {
		if p := look(home, path); p != nil {
			return p
		}
	}
	return nil
}

func (s *Server) authorizePage(path string) *payerPage {
	for _, c := range s.charges.all {
		if c.page != "" && path == c.pagePath() {
			p := s.chargePage(c)
			p.answer = func(yes bool) error { return s.Authorize(c.id, yes) }
			return p
		}
	}
	return nil
}

func (s *Server) chargePage(c *charge) *payerPage {
	p := &payerPage{
		Title:     "Confirm your payment",
		Amount:    money.Format(c.amount, c.currency),
		Rows:      [][2]string{{"Merchant", s.merchantOf(c)}, {"Pay with", c.payerMeans()}},
		Yes:       "Approve",
		No:        "Decline",
		ReturnURI: c.returnURI,
	}
	if c.description != "" {
		p.Rows = append(p.Rows, [2]string{"For", c.description})
	}
	p.Rows = append(p.Rows, [2]string{"Charge", c.id})
	if !c.waiting() {
		p.Title, p.Yes, p.No = "Payment "+c.stands(), "", ""
	}
	if c.failure != "" {
		p.Rows = append(p.Rows, [2]string{"Reason", c.failure.Message()})
	}
	return p
}

// merchantOf returns the name of the merchant, or its e-mail address if it has no name.
func (s *Server) merchantOf(c *charge) string {
	if c.merchant != nil {
		return c.merchant.name
	}
	return s.account.email
}

// payerMeans returns the means of payment in a form that payers know.
func (c *charge) payerMeans() string {
	switch {
	case c.card != nil:
		return c.card.brand + " •••• " + c.card.lastDigits
	case c.source != nil:
		return c.source.method.name
	}
	return c.linkedAccount.method
}

// stands returns the status for people. A charge that waits only for the merchant is
// authorized, not pending.
func (c *charge) stands() string {
	if c.held() {
		return "authorized"
	}
	return string(c.status)
}

func (s *Server) registrationPage(path string) *payerPage {
	for _, a := range s.linkedAccounts.all {
		if path != "/offsites/"+a.page()+"/pay" {
			continue
		}
		p := &payerPage{
			Title:     "Register your bank account",
			Rows:      [][2]string{{"Merchant", s.account.email}, {"Bank", a.method}, {"Linked account", a.id}},
			Yes:       "Register",
			No:        "Refuse",
			ReturnURI: a.returnURI,
			answer:    func(yes bool) error { return s.RegisterLinkedAccount(a.id, yes) },
		}
		if a.status != linkedPending {
			p.Title, p.Yes, p.No = "Registration "+string(a.status), "", ""
		}
		return p
	}
	return nil
}

// linkPathLength is the length of the path of a link's page.
const linkPathLength = len("/") + 19

func (s *Server) linkPage(path string) *payerPage {
	for _, l := range s.links.all {
		if path != "/"+l.page() {
			continue
		}
		p := &payerPage{
			Title:  l.title,
			Amount: money.Format(l.amount, l.currency),
			Rows:   [][2]string{{"Merchant", s.account.email}, {"For", l.description}, {"Link", l.id}},
			Yes:    "Pay",
			answer: func(yes bool) error {
				if !yes {
					return nil
				}
				return s.PayLink(l.id)
			},
		}
		if !l.usedAt.IsZero() {
			p.Title, p.Yes = l.title+": paid", ""
		}
		return p
	}
	return nil
}

// evidence returns an uploaded document of a dispute as a download. Browsers must not
// show it, because it may be a page with scripts under a harmless name.
func (s *Server) evidence(path string) *payerPage {
	id, _, _ := strings.Cut(strings.TrimPrefix(path, "/disputes/"), "/")
	d, ok := s.disputes.get(id)
	if !ok {
		return nil
	}
	for _, doc := range d.documents {
		if path == doc.downloadPath() {
			return &payerPage{Title: doc.filename, content: doc.content}
		}
	}
	return nil
}

func (s *Server) codePicture(path string) *payerPage {
	id, _, _ := strings.Cut(strings.TrimPrefix(path, "/charges/"), "/")
	c, ok := s.charges.get(id)
	if !ok || c.source == nil {
		return nil
	}
	switch src := c.source; {
	case src.code != nil && path == src.code.downloadPath():
		return &payerPage{code: s.codeText(c)}
	case src.reference != nil && src.reference.barcode != nil && path == src.reference.barcode.downloadPath():
		// Guess: the bar code of a bill contains the two reference numbers.
		return &payerPage{barcode: src.reference.number1 + src.reference.number2}
	}
	return nil
}
