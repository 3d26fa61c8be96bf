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

// What payers see has no key and is no call of the API: a page where they
// approve or decline a charge, pay a link or register a bank account, and the
// picture of a code. Whoever has the address may use it, as at Omise.

//go:embed page.html
var pageHTML string

var payerTemplate = webpage.New(pageHTML, nil)

// A payerPage is a page of one object at one moment.
type payerPage struct {
	Title, Amount string
	Rows          [][2]string // name and value
	Yes, No       string      // what the buttons say; empty for no button
	ReturnURI     string      // of the merchant, may be empty

	code string // the page is a picture that says this

	barcode string // the page is a picture of bars that say this
	content []byte // the page is a file with the title as its name
	answer  func(yes bool) error
}

// Back is what the payer may go back to from a page in a browser, which the
// address of an app is not.
func (p *payerPage) Back() string {
	if !strings.HasPrefix(p.ReturnURI, "http") {
		return ""
	}
	return p.ReturnURI
}

// PublishAt makes the pages of the Server be at an address from now on. Without
// one, the API says that they are at Omise.
func (s *Server) PublishAt(url string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.publicURL = strings.TrimSuffix(url, "/")
}

// OwnsPage reports whether a request is for a page of this Server and not for
// the API.
func (s *Server) OwnsPage(hr *http.Request) bool { return s.pageAt(hr.URL.Path) != nil }

// pageURI is the address of a page that Omise has on a host.
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
		_, _ = w.Write(picture) // as with a picture
	case p.content != nil:
		w.Header().Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": p.Title}))
		w.Header().Set("Content-Type", "application/octet-stream")
		_, _ = w.Write(p.content) // as with a picture
	case p.code != "":
		picture, err := qr.PNG(p.code)
		if err != nil {
			panic(fmt.Sprintf("fake: %v", err))
		}
		w.Header().Set("Content-Type", "image/png")
		_, _ = w.Write(picture) // a payer who is gone has no use for the rest
	default:
		webpage.Write(w, http.StatusOK, payerTemplate, p)
	}
}

// sameOrigin refuses what pages of other sites send with the browser of a payer.
var sameOrigin = http.NewCrossOriginProtection()

// take does what the payer wants and sends them back to the merchant. If it is
// too late, they see on the page why.
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
		w.Header().Set("Location", "?"+hr.URL.RawQuery) // this page, wherever it is
		w.WriteHeader(http.StatusSeeOther)
		return
	}
	http.Redirect(w, hr, p.ReturnURI, http.StatusSeeOther)
}

// pageAt returns the page with a path, nil if there is none.
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

// merchantOf is whom the payer pays. Accounts have no name.
func (s *Server) merchantOf(c *charge) string {
	if c.merchant != nil {
		return c.merchant.name
	}
	return s.account.email
}

// payerMeans is what the charge is paid with, in a form that payers know.
func (c *charge) payerMeans() string {
	switch {
	case c.card != nil:
		return c.card.brand + " •••• " + c.card.lastDigits
	case c.source != nil:
		return c.source.method.name
	}
	return c.linkedAccount.method
}

// stands is the status, which for people is not pending when only the merchant
// has yet to act.
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

// linkPathLength is the length of the path of the page of a link.
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

// evidence is a document of a dispute as it was uploaded. Browsers do not show it,
// because it may be a page with scripts under a harmless name.
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
		// Guess: the bars of a bill say its two numbers.
		return &payerPage{barcode: src.reference.number1 + src.reference.number2}
	}
	return nil
}
