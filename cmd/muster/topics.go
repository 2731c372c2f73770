package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"muster/cmd/muster/internal/settings"
	"muster/pipeline"
	"muster/pipeline/mapping"
	"muster/reports"
	"muster/templates"
)

// topic is a page of help that belongs to no command. Its text is made when it
// is asked for, from what the program itself goes by.
type topic struct {
	name, short string
	text        func(root *cobra.Command) string
}

func (p *program) allTopics() []topic {
	return []topic{
		{"exit-codes", "What the exit code says, and what to do about it", exitCodesTopic},
		{"environment", "Variables that stand for flags and secrets", environmentTopic},
		{"mapping", "How a mapping sheet is written", mappingTopic},
		{"conversions", "What a mapping sheet can do with a cell", p.conversionsTopic},
		{"states", "What becomes of a row", statesTopic},
		{"words", p.sentence("words.short"), p.wordsTopic},
	}
}

func (p *program) topics() []*cobra.Command {
	var all []*cobra.Command
	for _, t := range p.allTopics() {
		c := &cobra.Command{Use: t.name, Short: t.short}
		c.SetHelpFunc(func(c *cobra.Command, _ []string) {
			fmt.Fprint(c.OutOrStdout(), t.text(c.Root()))
		})
		all = append(all, c)
	}
	return all
}

// helpCommand is `muster help [COMMAND | TOPIC]`.
func (p *program) helpCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "help [COMMAND | TOPIC]",
		Short: "Help on a command or a topic",
		ValidArgsFunction: func(c *cobra.Command, args []string, begun string) (
			all []cobra.Completion, _ cobra.ShellCompDirective) {
			at, _, err := c.Root().Find(args)
			if err != nil {
				return nil, cobra.ShellCompDirectiveNoFileComp
			}
			for _, sub := range at.Commands() {
				if (sub.IsAvailableCommand() || sub.IsAdditionalHelpTopicCommand()) &&
					strings.HasPrefix(sub.Name(), begun) {
					all = append(all, cobra.CompletionWithDesc(sub.Name(), sub.Short))
				}
			}
			return all, cobra.ShellCompDirectiveNoFileComp
		},
		RunE: func(c *cobra.Command, args []string) error {
			at, left, err := c.Root().Find(args)
			if err != nil || len(left) > 0 {
				var names []string
				for _, t := range p.allTopics() {
					names = append(names, t.name)
				}
				return pipeline.Mistakef("there is no command and no topic %q", strings.Join(args, " ")).
					Try("the topics are: " + pipeline.List(names) + "; `muster --help` lists the commands")
			}
			at.InitDefaultHelpFlag()
			return at.Help()
		},
	}
}

// wordsTopic is the glossary: the terms that muster uses in one sense each.
func (p *program) wordsTopic(*cobra.Command) string { return p.sentence("words.text") }

func exitCodesTopic(*cobra.Command) string {
	var b strings.Builder
	b.WriteString("The exit code says how it went. Of several books the gravest counts; of a run\n" +
		"that did not finish its own code, else 4 before 3.\n\n")
	for _, c := range exitCodes() {
		fmt.Fprintf(&b, "  %-4d %s\n       to do: %s\n", c.code, c.meaning, c.todo)
	}
	return b.String()
}

func environmentTopic(root *cobra.Command) string {
	var b strings.Builder
	b.WriteString(`What counts, the strongest first: a flag, the environment variable of its name,
the definition of the provider, the default. "muster import ... --print-config"
says what is in force and where each value comes from.

A variable that is empty counts as not set. True and false are written true,
false, 1 or 0. What a flag takes several times stands on lines of its own.

  - MUSTER_LEDGER does not count in a rehearsal, so that made-up customers never
    get into a real ledger.
  - MUSTER_ENV and MUSTER_BASE_URL say together where requests go: with --env or
    --base-url on the command line neither of them counts.
  - With BOOK arguments MUSTER_DIR does not count.
  - report and settle go by the run that they are about: which provider, place,
    book and mapping is taken from the ledger or the command line. What runs
    shows and forget removes is asked for on the command line alone.
  - A variable that begins with MUSTER_ and is nobody's gets a warning.

Variables, and where the flag is
`)
	commands := map[string][]string{}
	var walk func(c *cobra.Command)
	walk = func(c *cobra.Command) {
		c.Flags().VisitAll(func(f *pflag.Flag) {
			if settings.Takes(c, f.Name) && c.Name() != "help" {
				name := settings.Variable(f.Name)
				commands[name] = append(commands[name], strings.TrimPrefix(c.CommandPath(), c.Root().Name()+" "))
			}
		})
		for _, sub := range c.Commands() {
			walk(sub)
		}
	}
	walk(root)
	var names []string
	for name := range commands {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		fmt.Fprintf(&b, "  %-24s %s\n", name, strings.Join(slices.Compact(commands[name]), ", "))
	}
	b.WriteString("\nSecrets; the same name with _FILE behind it names a file that holds the value\n")
	set, err := templates.Embedded()
	if err != nil {
		return b.String() + err.Error() + "\n"
	}
	for _, name := range set.Names() {
		d, _ := set.Get(name)
		for i, v := range settings.SecretVariables(d.Provider()) {
			if i%2 == 0 {
				fmt.Fprintf(&b, "  %-34s %s\n", v, d.Provider().Auth.Secrets[i/2].Help.In("en"))
			}
		}
	}
	b.WriteString("  those of a definition of your own  MUSTER_<NAME>_<SECRET>; `muster providers show ./acme/`\n")
	return b.String()
}

// mappingExample is shown by the topic, and compiled by a test.
const mappingExample = `field,column,convert,value,note
identification_number,NIT,nit,,check digit and dots go
business_name,Razón social,collapse,,
email,Correo,lower,,
mobile_phone_number,,,+573005550100,the book has none
`

func mappingTopic(*cobra.Command) string {
	return `A mapping sheet says which column of a book feeds which field. "muster map BOOK
--provider NAME -o FILE" writes one for you to look over. It is a CSV, one line
a field, such as this one for Passport:

  ` + strings.ReplaceAll(strings.TrimSuffix(mappingExample, "\n"), "\n", "\n  ") + `

  field    the field's name: "muster providers show NAME" lists them; groups are
           numbered from 0, as in businessRepresentatives[1].firstName
  column   the header of the book's column, as it stands there
  convert  conversions, one after the other with | between them, such as
           digits | left-pad(9,0); empty: the cell as it is ("muster help
           conversions")
  value    a constant, for what the book lacks; then column stays empty
  note     for people; never read

Several lines for one field join its columns. A column whose header is a
field's name needs no line. Cells are trimmed at both ends, and nothing else is
changed without a line that says so; what cannot be converted makes the row
invalid, with the reason.

In a book with several rows for one customer, such as a row for each owner of a
company, one line has the group as its field and ends its conversions with
group-by: rows one below the other with the same value in its column are one
customer. Several such lines count together. The fields that each row has of
its own are written with an empty index:

  businessRepresentatives,Company EIN,digits | group-by,
  businessRepresentatives[].firstName,Owner first name,,

All other fields are the first row's; the rows below repeat them or leave them
empty.
`
}

func (p *program) conversionsTopic(*cobra.Command) string {
	var b strings.Builder
	b.WriteString("Conversions stand under convert in a mapping sheet, one after the other with |\n" +
		"between them. What is empty stays empty; what cannot be converted makes the row\ninvalid and says why.\n")
	for _, c := range mapping.Conversions() {
		fmt.Fprintf(&b, "\n  %s\n%s", c.Usage, wrapped(c.Does, "      "))
		for _, e := range c.Examples {
			cells := strings.Join(quotedAll(e.Cells), " and ")
			if e.Fails != nil {
				fmt.Fprintf(&b, "      %s of %s fails: %s\n", e.Chain, cells, p.words.Message(e.Fails))
				continue
			}
			fmt.Fprintf(&b, "      %s of %s gives %q\n", e.Chain, cells, e.Gives)
		}
	}
	return b.String()
}

func quotedAll(cells []string) []string {
	quoted := make([]string, len(cells))
	for i, c := range cells {
		quoted[i] = fmt.Sprintf("%q", c)
	}
	return quoted
}

func statesTopic(*cobra.Command) string {
	var b strings.Builder
	b.WriteString("Every row of a book ends in exactly one state; the counts add up to the rows.\n\n")
	for _, s := range pipeline.States() {
		fmt.Fprintf(&b, "  %s\n%s", s, wrapped(reports.Meaning(s), "      "))
	}
	b.WriteString("\nNothing is ever sent again for a row that is created or existing. An uncertain\n" +
		"one is only ever settled. The others are judged anew by the next import.\n")
	return b.String()
}

// wrapped breaks a text into lines of at most 79 characters.
func wrapped(text, indent string) string {
	var b strings.Builder
	line := indent
	for _, word := range strings.Fields(text) {
		if line != indent && len([]rune(line))+1+len([]rune(word)) > 79 {
			b.WriteString(line + "\n")
			line = indent
		}
		if line != indent {
			line += " "
		}
		line += word
	}
	return b.String() + line + "\n"
}
