package mapping

import (
	"strings"
	"sync"
	"unicode"

	"golang.org/x/text/language"
	"golang.org/x/text/language/display"
	"golang.org/x/text/unicode/norm"

	"muster/pipeline"
)

func countryA2(s string) (string, *pipeline.Message) {
	r, ok := countries()[Bare(s)]
	if !ok {
		return "", pipeline.Say("no_country")
	}
	return r.String(), nil
}

func countryA3(s string) (string, *pipeline.Message) {
	r, ok := countries()[Bare(s)]
	if !ok {
		return "", pipeline.Say("no_country")
	}
	return r.ISO3(), nil
}

// countries are those of ISO 3166-1 by their codes and by their names as [Bare] returns them. The map is built when
// the first name is looked up, and only read after that.
var countries = sync.OnceValue(func() map[string]language.Region {
	all := map[string]language.Region{}
	for a := 'A'; a <= 'Z'; a++ {
		for b := 'A'; b <= 'Z'; b++ {
			code := string(a) + string(b)
			r, err := language.ParseRegion(code)
			if err != nil || !r.IsCountry() || r.String() != code || r.Canonicalize() != r || r.M49() == 0 ||
				pipeline.IsNoCountry(code) {
				continue
			}
			for _, name := range []string{code, r.ISO3(), display.English.Regions().Name(r),
				display.Spanish.Regions().Name(r)} {
				all[Bare(name)] = r
			}
		}
	}
	for code, names := range otherNames {
		for _, name := range names {
			all[Bare(name)] = language.MustParseRegion(code)
		}
	}
	return all
})

// otherNames are names that people and ISO 3166-1 itself use besides those of
// the Unicode CLDR, as far as they can mean one country only: Congo and Korea
// cannot.
var otherNames = map[string][]string{
	"AE": {"EAU", "Emiratos Arabes", "UAE"},
	"BL": {"Saint Barthélemy"},
	"BN": {"Brunei Darussalam"},
	"BO": {"Bolivia (Plurinational State of)", "Plurinational State of Bolivia", "Estado Plurinacional de Bolivia",
		"Bolivia (Estado Plurinacional de)"},
	"BQ": {"Bonaire, Sint Eustatius and Saba", "Bonaire, San Eustaquio y Saba"},
	"BH": {"Bahrein"},
	"BS": {"The Bahamas", "Las Bahamas"},
	"CC": {"Cocos Islands"},
	"CD": {"Congo (Democratic Republic of the)", "Democratic Republic of the Congo", "DR Congo",
		"Congo (la República Democrática del)"},
	"CG": {"Republic of the Congo", "Congo (Republic of the)"},
	"CI": {"Ivory Coast", "Costa de Marfil"},
	"CV": {"Cabo Verde"},
	"CZ": {"Czech Republic", "República Checa"},
	"DO": {"Rep. Dominicana"},
	"FK": {"Malvinas", "Falkland Islands (Malvinas)"},
	"FM": {"Federated States of Micronesia", "Micronesia (Federated States of)", "Estados Federados de Micronesia"},
	"GB": {"UK", "U.K.", "Great Britain", "Gran Bretaña", "United Kingdom of Great Britain and Northern Ireland",
		"Reino Unido de Gran Bretaña e Irlanda del Norte"},
	"GM": {"The Gambia"},
	"GW": {"Guinea Bissau"},
	"HK": {"Hong Kong"},
	"IR": {"Iran (Islamic Republic of)", "Islamic Republic of Iran", "República Islámica de Irán"},
	"KN": {"Saint Kitts and Nevis"},
	"KP": {"Democratic People's Republic of Korea", "Korea (Democratic People's Republic of)",
		"República Popular Democrática de Corea"},
	"KR": {"Republic of Korea", "Korea, Republic of", "República de Corea"},
	"LA": {"Lao People's Democratic Republic"},
	"LC": {"Saint Lucia"},
	"MD": {"Moldova, Republic of", "Republic of Moldova", "Moldova (Republic of)", "República de Moldova"},
	"MF": {"Saint Martin", "Saint Martin (French part)"},
	"MK": {"North Macedonia", "Macedonia del Norte"},
	"MM": {"Myanmar", "Burma", "Birmania"},
	"MO": {"Macau", "Macao"},
	"MX": {"Méjico", "Estados Unidos Mexicanos"},
	"NL": {"The Netherlands", "Netherlands (Kingdom of the)", "Kingdom of the Netherlands"},
	"PH": {"The Philippines"},
	"PM": {"Saint Pierre and Miquelon"},
	"PS": {"Palestine", "State of Palestine", "Palestine, State of", "Palestina", "Estado de Palestina"},
	"RU": {"Russian Federation", "Federación Rusa", "Federación de Rusia"},
	"SA": {"Arabia Saudita"},
	"SH": {"Saint Helena"},
	"ST": {"Santo Tomé"},
	"SX": {"San Martín (parte neerlandesa)", "Sint Maarten (Dutch part)"},
	"SY": {"Syrian Arab Republic", "República Árabe Siria"},
	"SZ": {"Eswatini", "Esuatini"},
	"TL": {"East Timor", "Timor Oriental"},
	"TR": {"Türkiye"},
	"TW": {"Taiwan (Province of China)", "Taiwan, Province of China"},
	"TZ": {"United Republic of Tanzania", "Tanzania, United Republic of", "Tanzanía"},
	"UM": {"United States Minor Outlying Islands"},
	"US": {"United States of America", "The United States", "The United States of America", "U.S.", "E.U.A.", "EE. UU.",
		"EEUU", "EE. UU. de América", "Estados Unidos de América",
		"Estados Unidos de Norteamérica", "Los Estados Unidos"},
	"VA": {"Holy See", "Santa Sede", "Vatican", "Vaticano"},
	"VC": {"Saint Vincent and the Grenadines", "St. Vincent and the Grenadines"},
	"VE": {"Venezuela (Bolivarian Republic of)", "Bolivarian Republic of Venezuela",
		"República Bolivariana de Venezuela"},
	"VG": {"Virgin Islands (British)"},
	"VI": {"Virgin Islands (U.S.)", "US Virgin Islands", "Islas Vírgenes de los Estados Unidos"},
	"VN": {"Viet Nam"},
	"ZA": {"Suráfrica", "África del Sur"},
}

// Bare returns a name without case, accents and punctuation, so that two spellings of a name become equal. Full stops
// and apostrophes are dropped (EE.UU.); every other character that is neither letter nor digit separates words.
func Bare(name string) string {
	var b strings.Builder
	space := false
	for _, r := range norm.NFD.String(name) {
		switch {
		case unicode.IsMark(r) || r == '.' || isApostrophe(r):
			continue
		case r == '&':
			if b.Len() > 0 {
				b.WriteByte(' ')
			}
			b.WriteString("and")
			space = true
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			if space && b.Len() > 0 {
				b.WriteByte(' ')
			}
			space = false
			b.WriteRune(unicode.ToLower(r))
		default:
			space = true
		}
	}
	return b.String()
}
