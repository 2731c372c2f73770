package mapping

import "testing"

// A number that an export gave decimals is not taken for a longer one; marks that
// part groups of digits stay good.
func TestDecimals(t *testing.T) {
	testConverts(t, []convertsTo{
		{"digits", "2108.0", "", "cells.decimals_of_whole"},
		{"digits", "2108.00", "", "cells.decimals_of_whole"},
		{"digits", "2108,0", "", "cells.decimals_of_whole"},
		{"digits", "1.234,56", "", "cells.decimals"},
		{"digits", "1,234.56", "", "cells.decimals"},
		{"digits", "12,5", "", "cells.decimals"},
		{"digits", "900.155.433", "900155433", ""},
		{"digits", "310.555.01.01", "3105550101", ""},
		{"digits", "900.000", "900000", ""},
		{"digits", "900,155,433", "900155433", ""},
		{"digits", "12.34", "1234", ""},
		{"digits", "Calle 5, No. 3", "53", ""},
		{"digits", ".0", "0", ""},
		{"left-pad(9,0)", "2108.0", "", "cells.decimals_of_whole"},
		{"left-pad(5,0)", "2108", "02108", ""},
		{"left-pad(5,_)", "A.0", "__A.0", ""},
		{"phone(DE)", "2025550100.0", "", "cells.decimals_of_whole"},
		{"phone(DE)", "+493055501010.0", "", "cells.decimals_of_whole"},
		{"phone(CO)", "310.555.01.01", "+573105550101", ""},
		{"phone-national(US)", "2025550100.00", "", "cells.decimals_of_whole"},
		{"whole | phone(US)", "2025550100.0", "+12025550100", ""},
		{"whole", "2108,00", "2108", ""},
		{"whole", "-3.0", "-3", ""},
		{"whole", "310.555.01.01", "310.555.01.01", ""},
		{"whole", "Ana", "Ana", ""},
		{"whole", "1.234,00", "", "cells.decimals"},
		{"whole", "12.50", "", "cells.decimals"},
		{"digits", "1 234,56", "", "cells.decimals"},
		{"digits", "$ 1.234,56", "", "cells.decimals"},
		{"digits", "1'234,50", "", "cells.decimals"},
		{"digits", "310 555 01.01", "3105550101", ""},
		{"digits", "900.155.433-6", "9001554336", ""},
		{"digits", "900,155,433-6", "9001554336", ""},
		{"left-pad(9,0)", "12,5", "", "cells.decimals"},
		{"left-pad(9,_)", "Ana, 5", "___Ana, 5", ""},
		{"phone(CO)", "310.555,01", "", "cells.decimals"},
		{"phone(CO)", "310,555,01,01", "", "cells.decimals"},
		{"phone(CO)", "310 555 0101", "+573105550101", ""},
		{"phone(CO)", "310.555.0101", "+573105550101", ""},
	})
}
