package document

func parseTOML(src []byte) (tree, error) { return nil, &SyntaxError{Msg: "not yet"} }
