package reference

var powerMutants []Mutant
