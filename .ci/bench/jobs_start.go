package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"

	"fsskills/.ci/bench/measure"
)

const helloWorld = `package main

import "fmt"

func main() { fmt.Println("hello, world") }
`

func start(ctx context.Context, b *bench) ([]*measure.Series, error) {
	hello := filepath.Join(b.work, "hello")
	if err := os.WriteFile(hello+".go", []byte(helloWorld), 0o644); err != nil {
		return nil, err
	}
	if err := golang(ctx, nil, "build", "-trimpath", "-ldflags=-s -w", "-o", hello, hello+".go"); err != nil {
		return nil, err
	}
	saying := func(name, text string, args ...string) measure.Command {
		return measure.Command{Name: name, Args: args, After: func(_ string, r *measure.Run) error {
			if !bytes.Contains(r.Stdout, []byte(text)) {
				return fmt.Errorf("it does not say %q", text)
			}
			return nil
		}}
	}
	commands := []measure.Command{
		saying("hello world", "hello, world", hello),
		saying("--version", "fsskills", b.program, "--version"),
		saying("--help", "install", b.program, "--help"),
		saying("completion", "--client", b.program, "__complete", "install", "--cl"),
	}
	all, err := b.runner.Rounds(ctx, b.rounds, commands)
	if err != nil {
		return nil, err
	}
	for _, c := range commands[1:] {
		all = append(all, b.opens(ctx, commands[0], c))
	}
	return all, nil
}
