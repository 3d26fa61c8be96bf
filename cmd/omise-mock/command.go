package main

import (
	"context"
	"errors"
	"io"
	"net"
	"os"
	"os/exec"

	"github.com/omisekit/omise-go/internal/mock"
	"github.com/omisekit/omise-go/internal/omisejs"
)

// runCommand runs a command and serves until it ends. The environment of the command has
// the keys and the addresses of the first world.
func (c *config) runCommand(ctx context.Context, host *mock.Host, listener net.Listener, url string, stdout, stderr io.Writer) error {
	first := host.First().Fake()
	command := exec.CommandContext(ctx, c.command[0], c.command[1:]...)
	command.Cancel = func() error { return command.Process.Signal(os.Interrupt) }
	command.Stdin, command.Stdout, command.Stderr = os.Stdin, stdout, stderr
	command.Env = append(os.Environ(),
		"OMISE_SECRET_KEY="+first.SecretKey(),
		"OMISE_PUBLIC_KEY="+first.PublicKey(),
		"OMISE_WEBHOOK_SECRET="+first.WebhookSecret(),
		"OMISE_API_URL="+url,
		"OMISE_VAULT_URL="+url,
		"OMISE_JS_URL="+url+omisejs.Path,
		"OMISE_MOCK_URL="+url,
	)
	serving, stop := context.WithCancel(context.Background())
	served := make(chan error, 1)
	go func() { served <- host.Serve(serving, listener) }()
	err := command.Run()
	if ctx.Err() != nil {
		err = nil // Ctrl-C has ended the command as well
	}
	stop()
	return errors.Join(err, <-served)
}

// isExit reports whether a command ended with an exit code that is not 0.
func isExit(err error) bool {
	_, ok := errors.AsType[*exec.ExitError](err)
	return ok
}
