package templates

import (
	"bytes"
	"errors"
	"io"
	"regexp"

	"go.yaml.in/yaml/v3"

	"muster/pipeline"
)

// The structure of provider.yaml. Every key is here; an unknown one is refused.
type yamlDefinition struct {
	Base         text
	Name         text
	Title        text
	Docs         text
	Notes        []localText
	Example      text
	Environments map[string]yamlEnvironment
	Settings     []yamlSetting
	Auth         yamlAuth
	Sign         *yamlSign
	Create       struct {
		yamlCall          `yaml:",inline"`
		Encoding          text
		ListNames         text `yaml:"list_names"`
		Under             text
		Around            []yamlBodyPart
		Timeout           text
		IdempotencyHeader text `yaml:"idempotency_header"`
	}
	RequestIDHeader text `yaml:"request_id_header"`
	Shape           texts
	Keys            []yamlKey
	Same            []yamlSame
	Secret          texts
	Dates           []yamlDate
	Display         []texts
	Answers         []yamlAnswer
	Record          struct {
		yamlRecord `yaml:",inline"`
		IDHeader   text `yaml:"id_header"`
		IDPattern  text `yaml:"id_pattern"`
	}
	Await   *yamlAwait
	Errors  yamlErrors
	LookUps []yamlLookUp `yaml:"look_ups"`
	Settle  yamlSettle
	Standin yamlStandin
}

type yamlEnvironment struct {
	BaseURL     text `yaml:"base_url"`
	AuthURL     text `yaml:"auth_url"`
	Concurrency text
	Rate        text
	Secrets     pairs
}

type yamlCall struct {
	Method  text
	Path    text
	Query   pairs
	Headers pairs
}

// yamlSetting is a user's value that is not secret.
type yamlSetting struct {
	Name    text
	Help    localText
	Default text
}

type yamlBasic struct{ User, Password text }

type yamlAuth struct {
	Header  text
	Prefix  text
	Basic   *yamlBasic
	Headers pairs
	Secrets []struct {
		Name text
		Help localText
	}
	Ready text
	// Exchange is nil for a token that is itself a secret.
	Exchange *struct {
		yamlCall  `yaml:",inline"`
		Basic     *yamlBasic
		Encoding  text
		Body      []yamlBodyPart
		Token     texts
		ExpiresIn text `yaml:"expires_in"`
		ExpiresAt text `yaml:"expires_at"`
	}
}

type yamlSign struct {
	Calls          texts
	Algorithm      text
	Key            text
	KeyEncoding    text `yaml:"key_encoding"`
	Text           text
	Encoding       text
	Time           text
	Nonce          text
	Digest         text
	DigestEncoding text `yaml:"digest_encoding"`
	Headers        pairs
	Message        *struct {
		Components texts
		Parameters texts
		KeyID      text `yaml:"keyid"`
		Label      text
	}
}

type yamlBodyPart struct {
	At     text
	Secret text
	Value  text
}

type yamlKey struct {
	Name      text
	Label     localText
	Field     text
	Path      text
	Normalise texts
	Secret    text
	Ours      text
}

type yamlSame struct {
	Field     text
	Normalise texts
	IfThere   text `yaml:"if_there"`
}

type yamlDate struct {
	Field          text
	BirthWithin    text `yaml:"birth_within"`
	MentionUnder   text `yaml:"mention_under"`
	MentionExpired text `yaml:"mention_expired"`
}

type yamlCondition struct {
	At       text
	Path     text
	Is       text
	Prefix   text
	Contains texts
}

type yamlAnswer struct {
	Status  texts
	When    *yamlCondition
	Verdict text
	Keys    texts
	Found   text
	Hint    localText
}

type yamlAwait struct {
	Path     text
	Query    pairs
	Headers  pairs
	ID       texts
	Location text
	Answers  []struct {
		Status  texts
		When    *yamlCondition
		Verdict text
		Hint    localText
	}
	Record *yamlRecord
	Every  text
	For    text
	Most   text
}

type yamlRecord struct {
	ID        texts
	Status    texts
	CreatedAt texts `yaml:"created_at"`
	RequestID texts `yaml:"request_id"`
	Body      text
	Renamed   []struct{ Field, At text }
	Related   []struct{ Name, At, ID text }
}

type yamlErrors struct {
	Code      texts
	Message   texts
	RequestID texts `yaml:"request_id"`
	Problems  []struct {
		At      text
		Map     text
		Field   text
		Message text
	}
}

type yamlLookUp struct {
	Name     text
	Key      text
	yamlCall `yaml:",inline"`
	Found    texts
	Absent   texts
	Items    text
	Single   text
	Record   yamlRecord
}

type yamlSettle struct {
	By     text
	LookUp text `yaml:"look_up"`
	After  text
	Window text
	Advice localText
}

type yamlStandin struct {
	IDs []struct {
		When   *yamlCondition
		UUID   text `yaml:"uuid"`
		Prefix text
		Length text
		Digits text
	} `yaml:"ids"`
	Status       text
	Asks         text
	Rejects      *yamlCondition
	Success      []yamlBodyPart
	Refused      yamlStandinError
	Unauthorized yamlStandinError
	NotFound     yamlStandinError `yaml:"not_found"`
}

type yamlStandinError struct{ Status, Code, Message text }

var definitionName = regexp.MustCompile(`^[a-z][a-z0-9-]*$`)

// parseYAML reads the one document of provider.yaml.
func parseYAML(data []byte) (*yaml.Node, error) {
	dec := yaml.NewDecoder(bytes.NewReader(data))
	var first yaml.Node
	if err := dec.Decode(&first); err != nil {
		if errors.Is(err, io.EOF) {
			return nil, faultIn(yamlFile, 0, "definition.empty")
		}
		return nil, notYAMLFile(data)
	}
	if at := aliasLoop(&first, map[*yaml.Node]bool{}); at != nil {
		return nil, faultIn(yamlFile, at.Line, "definition.yaml", "cause", pipeline.Say("definition.yaml_loop"))
	}
	var second yaml.Node
	if err := dec.Decode(&second); err == nil {
		return nil, faultIn(yamlFile, second.Line, "definition.second_document")
	} else if !errors.Is(err, io.EOF) {
		return nil, notYAMLFile(data)
	}
	return &first, nil
}

// aliasLoop is the first alias in a node that names what it stands in; around are the nodes around this one. The library
// reads such a document, and whoever follows its aliases never ends. An anchor stands before its aliases, so that none
// leads to itself in another way.
func aliasLoop(n *yaml.Node, around map[*yaml.Node]bool) *yaml.Node {
	if n.Kind == yaml.AliasNode {
		if around[n.Alias] {
			return n
		}
		return nil
	}
	around[n] = true
	defer delete(around, n)
	for _, c := range n.Content {
		if at := aliasLoop(c, around); at != nil {
			return at
		}
	}
	return nil
}
