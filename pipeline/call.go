package pipeline

import "net/http"

// Encoding is how a body is written.
type Encoding string

const (
	EncodingJSON     Encoding = ""
	EncodingForm     Encoding = "form"      // a[b]=1&c[0][d]=2
	EncodingFormDots Encoding = "form-dots" // a.b=1&c[0].d=2
)

// Encodings lists all that a definition may name.
func Encodings() []Encoding { return []Encoding{"json", EncodingForm, EncodingFormDots} }

// ListNames is how a form names the values of a list.
type ListNames string

const (
	ListIndexes  ListNames = ""         // tags[0]=a&tags[1]=b
	ListBrackets ListNames = "brackets" // tags[]=a&tags[]=b
	ListRepeated ListNames = "repeated" // tags=a&tags=b
)

// AllListNames lists all that a definition may name.
func AllListNames() []ListNames { return []ListNames{"indexes", ListBrackets, ListRepeated} }

// Call is one HTTP request: method, path and query below the base URL, and headers. {name} in path, query and headers
// is a URI template (RFC 6570, level 1): in every call a setting or {time}, in headers a secret, in the path and
// query of a create a field of the row, and the other variables of [VariableKey]'s group.
type Call struct {
	Method  string
	Path    string
	Query   []Pair
	Headers []Pair
}

// CallMethods are the methods that a call may have (RFC 9110, 9.1; RFC 5789), as they are
// sent.
func CallMethods() []string {
	return []string{http.MethodGet, http.MethodPost, http.MethodPut, http.MethodPatch}
}

// Pair is a name and its value.
type Pair struct{ Name, Value string }

// Auth is how a request proves who sends it: a token in a header, a user and a password, or secrets in headers. The
// token is a secret itself, or what Exchange gives for the other secrets.
type Auth struct {
	Header  string // Authorization, x-connectfi-token; "" without a token
	Prefix  string // "Bearer ", or "" for a raw token
	Basic   *Basic // for all calls but the exchange; nil for none
	Headers []Pair // for the same calls: templates of secrets and settings
	Secrets []Secret
	// Ready names the secret that is itself a token.
	Ready    string
	Exchange *Exchange // nil: only a ready token
}

// Basic is a user and a password (RFC 7617), each the name of a secret or of a setting;
// "" for nothing.
type Basic struct{ User, Password string }

// Secret is a value that the user gives in the environment variable MUSTER_<PROVIDER>_<NAME> or in a file.
type Secret struct {
	Name string // CLIENT_ID
	Help Localized
	// Setting says that it is not secret: an account, a version. Default is used where no value is given; a setting
	// without a default must be given.
	Setting bool
	Default string
}

// Exchange is the request that turns secrets into a token.
type Exchange struct {
	Call     Call
	Basic    *Basic // nil for none
	Encoding Encoding
	Body     []BodyPart
	Token    []Pointer // the first that is found
	// ExpiresIn points to the token's life in seconds, ExpiresAt to its end as an RFC 3339 time; each is "" where the
	// answer has none.
	ExpiresIn Pointer
	ExpiresAt Pointer
}

// BodyPart is one member of a JSON object that muster builds: a secret's
// value or a fixed text.
type BodyPart struct {
	At     Pointer
	Secret string // name of a secret; "" with Value
	Value  string
}
