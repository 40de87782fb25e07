// Package conformance asks the real clients. It has nothing but tests: they
// install AI clients from npm, prepare a home with the real program, and see
// what each client makes of it, and what it sends to a server that judges.
//
// Each client has a file of its name, with the ways to ask it. What it says is
// put into one form, and a check is a function of that; the suite is the same
// for all of them. Of every check it is shown that it fails where it has to.
//
//	make conformance
package conformance
