package mapping

import (
	"sync"

	"muster/pipeline"
)

func usState(s string) (string, *pipeline.Message) {
	if code, ok := usStates()[Bare(s)]; ok {
		return code, nil
	}
	return "", pipeline.Say("no_us_state")
}

// usStateNames are the 59 codes that connectFi takes
// (templates/providers/connectfi/FACTS.md, stateCode): the states, DC, and the
// territories and associated states that the US Postal Service serves, with
// their names; the first is the usual one.
var usStateNames = map[string][]string{
	"AL": {"Alabama"}, "AK": {"Alaska"}, "AS": {"American Samoa"}, "AZ": {"Arizona"}, "AR": {"Arkansas"},
	"CA": {"California"}, "CO": {"Colorado"}, "CT": {"Connecticut"}, "DE": {"Delaware"},
	"DC": {"District of Columbia", "Washington, D.C.", "Washington, District of Columbia"},
	"FM": {"Federated States of Micronesia", "Micronesia"}, "FL": {"Florida"}, "GA": {"Georgia"},
	"GU": {"Guam"}, "HI": {"Hawaii", "Hawai'i"}, "ID": {"Idaho"}, "IL": {"Illinois"}, "IN": {"Indiana"},
	"IA": {"Iowa"}, "KS": {"Kansas"}, "KY": {"Kentucky"}, "LA": {"Louisiana"}, "ME": {"Maine"},
	"MH": {"Marshall Islands", "Republic of the Marshall Islands"}, "MD": {"Maryland"},
	"MA": {"Massachusetts"}, "MI": {"Michigan"}, "MN": {"Minnesota"}, "MS": {"Mississippi"},
	"MO": {"Missouri"}, "MT": {"Montana"}, "NE": {"Nebraska"}, "NV": {"Nevada"}, "NH": {"New Hampshire"},
	"NJ": {"New Jersey"}, "NM": {"New Mexico"}, "NY": {"New York"}, "NC": {"North Carolina"},
	"ND": {"North Dakota"}, "MP": {"Northern Mariana Islands", "Commonwealth of the Northern Mariana Islands"},
	"OH": {"Ohio"}, "OK": {"Oklahoma"}, "OR": {"Oregon"}, "PW": {"Palau", "Republic of Palau"},
	"PA": {"Pennsylvania"}, "PR": {"Puerto Rico"}, "RI": {"Rhode Island"}, "SC": {"South Carolina"},
	"SD": {"South Dakota"}, "TN": {"Tennessee"}, "TX": {"Texas"}, "UT": {"Utah"}, "VT": {"Vermont"},
	"VI": {"Virgin Islands", "U.S. Virgin Islands", "United States Virgin Islands"}, "VA": {"Virginia"},
	"WA": {"Washington", "Washington State"}, "WV": {"West Virginia"}, "WI": {"Wisconsin"}, "WY": {"Wyoming"},
}

// usStates are the codes by themselves and by their names, bare. Read only.
var usStates = sync.OnceValue(func() map[string]string {
	all := map[string]string{}
	for code, names := range usStateNames {
		all[Bare(code)] = code
		for _, name := range names {
			all[Bare(name)] = code
		}
	}
	return all
})
