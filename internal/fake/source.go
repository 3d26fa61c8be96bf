package fake

import (
	"net/mail"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/omisekit/omise-go/internal/fake/money"
	"github.com/omisekit/omise-go/internal/fake/params"
	"github.com/omisekit/omise-go/internal/fake/shape"
)

// A source is a payment method other than a plain card, for one charge.
type source struct {
	entity
	method       sourceType
	amount       int64
	currency     string
	charge       *charge    // charge that uses it, nil before
	given        params.Map // parameters that answers show unchanged
	ip           string
	phoneNumber  string
	term         int64
	zeroInterest bool
	code         *document // image to scan
	reference    *paymentReference
}

// A paymentReference has the numbers that the payer gives to a shop or a bank.
type paymentReference struct {
	number1, number2 string
	code             string
	barcode          *document
}

// echoedTexts are the parameters of a source that it shows unchanged.
var echoedTexts = []string{
	"bank", "barcode", "email", "name", "platform_type", "promotion_code",
	"store_id", "store_name", "terminal_id",
}

func (s *Server) sourceView(src *source, _ bool) object {
	o := shape.New("source").With(object{
		"id":             src.id,
		"location":       "/sources/" + src.id,
		"type":           src.method.name,
		"flow":           src.method.flow,
		"amount":         src.amount,
		"currency":       src.currency,
		"charge_status":  string(src.charge.statusOrUnknown()),
		"ip":             shape.OrNull(src.ip),
		"mobile_number":  shape.OrNull(src.phoneNumber),
		"phone_number":   shape.OrNull(src.phoneNumber),
		"created_at":     src.createdAt,
		"items":          s.parts("item", src.given.Groups("items")...),
		"billing":        s.part("address", src.given.Group("billing")),
		"shipping":       s.part("address", src.given.Group("shipping")),
		"qr_settings":    s.part("qr_settings", src.given.Group("qr_settings")),
		"scannable_code": s.scannableCode(src),
		"references":     s.references(src),
	})
	for _, key := range echoedTexts {
		o.With(object{key: shape.OrNull(src.given.Text(key))})
	}
	if id := src.given.Text("supplier_id"); id != "" {
		o.With(object{"supplier_id": id})
	}
	if src.method.terms != nil {
		absorber := "customer"
		if src.zeroInterest {
			absorber = "merchant"
		}
		o.With(object{
			"installment_term":           shape.OrNull(src.term),
			"zero_interest_installments": src.zeroInterest,
			"absorption_type":            absorber,
		})
	}
	return o
}

// part renders nested parameters in the shape of their object. It leaves out parameters
// that the shape does not have. It returns nil if there are no parameters.
func (s *Server) part(name string, given params.Map) any {
	if len(given) == 0 {
		return nil
	}
	sh, o := shape.New(name), object{}
	for _, key := range sh.Keys() {
		if number := given.Text(key); number != "" && (key == "amount" || key == "quantity") {
			var ignored params.Problems
			o[key] = given.Integer(key, &ignored)
			continue
		}
		o[key] = shape.OrNull(given.Text(key))
	}
	return sh.With(o)
}

func (s *Server) parts(name string, given ...params.Map) []any {
	all := []any{}
	for _, p := range given {
		all = append(all, s.part(name, p))
	}
	return all
}

func (s *Server) scannableCode(src *source) any {
	if src.code == nil {
		return nil
	}
	return shape.New("barcode").With(object{
		"type": "qr", "image": s.documentView(src.code, false), "raw_data": s.codeText(src.charge),
	})
}

func (s *Server) references(src *source) any {
	if src.reference == nil {
		return nil
	}
	o := shape.New("references").With(object{
		"expires_at":         src.charge.expiresAt,
		"reference_number_1": shape.OrNull(src.reference.number1),
		"reference_number_2": shape.OrNull(src.reference.number2),
		"barcode":            shape.OrNull(s.downloadURI(src.reference.barcode)),
		"payment_code":       shape.OrNull(src.reference.code),
	})
	if src.method.shows == billReferences {
		o.With(object{"omise_tax_id": "0105556091152"})
	}
	return o
}

func (s *Server) createSource(r *request) (any, *apiError) {
	src, err := s.newSource(r.params)
	if err != nil {
		return nil, err
	}
	src.ip = r.params.Text("ip")
	if src.ip == "" {
		src.ip = r.ip
	}
	s.sources.add(src)
	return s.sourceView(src, false), nil
}

// newSource makes a source that is not stored yet.
func (s *Server) newSource(p params.Map) (*source, *apiError) {
	var bad params.Problems
	method, ok := s.sourceType(p.Text("type"))
	if !ok {
		bad.Add("type is currently not supported")
	}
	currency := strings.ToUpper(p.Text("currency"))
	if currency != s.country.Currency {
		bad.Add("currency is currently not supported")
	}
	var unreadable params.Problems
	amount := p.Integer("amount", &unreadable)
	bad = append(bad, unreadable...)
	if ok && len(unreadable) == 0 {
		checkAmount(amount, method.limits(s.country), &bad)
	}
	src := &source{method: method, amount: amount, currency: currency, given: p}
	src.readDetails(p, s.account.zeroInterest, &bad)
	if err := refuse(badRequest, bad); err != nil {
		return nil, err
	}
	src.entity = s.newEntity("src")
	return src, nil
}

func checkAmount(amount int64, allowed money.Limits, bad *params.Problems) {
	if amount < allowed.Min {
		bad.Add("amount must be at least %d", allowed.Min)
	}
	if amount > allowed.Max {
		bad.Add("amount must be less than %d", allowed.Max+1)
	}
}

func (src *source) readDetails(p params.Map, zeroInterest bool, bad *params.Problems) {
	src.phoneNumber = p.Text("phone_number")
	if src.phoneNumber == "" {
		src.phoneNumber = p.Text("mobile_number")
	}
	for _, key := range src.method.required {
		if !p.Has(key) && (key != "phone_number" || src.phoneNumber == "") {
			bad.Add("%s cannot be blank", key)
		}
	}
	p.Choice("platform_type", bad, "WEB", "IOS", "ANDROID")
	if src.method.banks != nil && p.Has("bank") {
		p.Choice("bank", bad, src.method.banks...)
	}
	if p.Has("email") {
		if _, err := mail.ParseAddress(p.Text("email")); err != nil {
			bad.Add("email is in invalid format")
		}
	}
	if src.method.shows == paymentCode {
		src.checkPayer(p, bad)
	}
	if src.method.terms != nil {
		src.zeroInterest = p.Boolean("zero_interest_installments", zeroInterest, bad)
	}
	if src.method.terms != nil && p.Has("installment_term") {
		src.term = p.Integer("installment_term", bad)
		if !slices.Contains(src.method.terms, src.term) {
			bad.Add("installment_term is invalid")
		}
	}
}

// checkPayer checks the attributes that convenience stores require.
func (src *source) checkPayer(p params.Map, bad *params.Problems) {
	if utf8.RuneCountInString(p.Text("name")) > 10 {
		bad.Add("name is too long (maximum is 10 characters)")
	}
	digits := strings.Trim(src.phoneNumber, "0123456789") == ""
	if n := len(src.phoneNumber); n > 0 && (!digits || n < 10 || n > 11) {
		bad.Add("phone_number must contain 10-11 digit characters")
	}
}

// use assigns the source to its charge and makes its code or reference for the payer.
func (s *Server) use(src *source, c *charge) {
	src.charge = c
	switch src.method.shows {
	case scannableCode: // the recorded images are PNG or SVG
		src.code = s.newCodeImage(c, "qrcode.png", "qr")
	case billReferences:
		image := s.newCodeImage(c, "barcode.svg", "barcode")
		src.reference = &paymentReference{number1: s.ids.digits(18), number2: s.ids.digits(18), barcode: image}
	case paymentCode:
		src.reference = &paymentReference{code: s.ids.digits(6)}
	}
}
