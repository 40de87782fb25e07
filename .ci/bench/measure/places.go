package measure

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
)

// A Place is a client and where it has things, below the home.
type Place struct {
	ID, Skills, Config string
}

// Places asks a fsskills for all clients that it knows, in its order.
func (r *Runner) Places(ctx context.Context, program string) ([]Place, error) {
	var home string
	run, err := r.Once(ctx, Command{
		Args: []string{program, "clients", "--json"},
		Before: func(_ context.Context, dir string) error {
			home = dir
			return nil
		},
	})
	if err != nil {
		return nil, fmt.Errorf("ask fsskills for its clients: %w", err)
	}
	var said struct{ Clients []Place }
	if err := json.Unmarshal(run.Stdout, &said); err != nil {
		return nil, fmt.Errorf("read what fsskills says of its clients: %w", err)
	}
	for i := range said.Clients {
		c := &said.Clients[i]
		c.Skills, c.Config = strings.TrimPrefix(c.Skills, home), strings.TrimPrefix(c.Config, home)
	}
	return said.Clients, nil
}
