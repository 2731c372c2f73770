package templates_test

import (
	"errors"
	"testing"

	"muster/pipeline"
)

// TestWhatIsTakenOver: what people take over from a provider's page, from a collection of requests or from a
// description of an API is refused, with what is written for it here.
func TestWhatIsTakenOver(t *testing.T) {
	for _, c := range []struct{ name, old, new, want string }{
		{"a path with dots", "token: [/access_token]", "token: [data.token]",
			`definition.pointer text="data.token"; definition.try_name name="/data/token"`},
		{"a JSONPath", "token: [/access_token]", `token: ["$.data[0].token"]`,
			`definition.pointer text="$.data[0].token"; definition.try_name name="/data/0/token"`},
		{"a JSONPath that no pointer is", "token: [/access_token]", `token: ["$..token"]`,
			`definition.pointer text="$..token"; definition.try_name name="/token"`},
		{"a sentence", "token: [/access_token]", `token: [in the body]`,
			`definition.pointer text="in the body"; definition.try_compare`},
		{"a scheme without its space", `prefix: "Bearer "`, "prefix: Bearer",
			`definition.prefix_space prefix="Bearer"; definition.try_quotes_space text="\"Bearer \""`},
		{"a header with its value", "header: Authorization", `header: "Authorization: Bearer"`,
			`definition.header_name key="auth.header" text="Authorization: Bearer"; definition.try_header name="Authorization"`},
		{"a header with spaces", "header: Authorization", `header: X Token`,
			`definition.header_name key="auth.header" text="X Token"; definition.try_compare`},
		{"a scheme for a header", "header: Authorization", "header: bearer",
			`definition.header_scheme key="auth.header" text="bearer"; definition.try_scheme prefix="\"bearer \""`},
		{"the header of a key", "  timeout: 60s", "  timeout: 60s\n  idempotency_header: \"Idempotency-Key: x\"",
			`definition.header_name key="create.idempotency_header" text="Idempotency-Key: x"; ` +
				`definition.try_header name="Idempotency-Key"`},
		{"the whole address", "base_url: https://bre-b-sandbox.api.visionamos.passportfintech.com",
			"base_url: https://api.example.com/v1/paas/entities/customers",
			`definition.base_url_path path="/v1/paas/entities/customers"; definition.try_name name="https://api.example.com"`},
		{"an address for a path", "path: /v1/paas/entities/customers", "path: https://api.example.com/v1/customers",
			`definition.path_form key="create.path" path="https://api.example.com/v1/customers"; ` +
				`definition.try_path path="/v1/customers"`},
		{"a path without its slash", "path: /v1/paas/entities/customers", "path: v1/customers",
			`definition.path_form key="create.path" path="v1/customers"; definition.try_name name="/v1/customers"`},
		{"a status with its words", "status: [200, 201]", `status: [201 Created]`,
			`definition.status text="201 Created"; definition.try_name name="201"`},
		{"a class of statuses", "status: [200, 201]", `status: [2XX]`,
			`definition.status text="2XX"; definition.try_name name="2xx"`},
		{"seconds", "timeout: 60s", "timeout: 60", `definition.duration text="60"; definition.try_name name="60s"`},
		{"two braces", "path: /v1/iam/oauth/tokens", `path: "/v1/{{tenant}}/tokens"`,
			`definition.double_braces call="auth.exchange" text="/v1/{{tenant}}/tokens"; definition.try_compare`},
		{"braces without quotes", "path: /v1/iam/oauth/tokens", "path: {tenant}",
			`definition.want_text; definition.try_quotes text="\"{tenant}\""`},
		{"a key that is not indented", "display:\n", "settle:\nwindow: 23h\ndisplay:\n",
			`definition.unknown_key key="window"; definition.try_indent key="settle"`},
		{"a colon without its space", "  - {field: type}", "  - {field:type}",
			`definition.unknown_key key="field:type"; definition.try_space key="field"`},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := findIn(t, alteredFiles(t, "passport", edit{"provider.yaml", c.old, c.new}))
			all, several := errors.AsType[pipeline.Mistakes](err)
			if one, ok := errors.AsType[*pipeline.Mistake](err); !several && ok {
				all = pipeline.Mistakes{one}
			}
			for _, m := range all {
				if m.What.String()+"; "+m.Hint.String() == c.want {
					return
				}
			}
			t.Errorf("%v; want %s", err, c.want)
		})
	}
}
