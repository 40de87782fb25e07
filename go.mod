module fsskills

go 1.26
