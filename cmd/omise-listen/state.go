package main

import (
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/omisekit/omise-go"
)

// A state is kept between two runs of the program. Its secret signs the posts of this
// program only.
type state struct {
	Account    string                 `json:"account"`
	Secret     string                 `json:"webhook_secret"`
	Checkpoint *omise.EventCheckpoint `json:"checkpoint"` // nil before the first start

	file string
}

// openState reads the file. If there is no file, it returns a new state.
func openState(file, account string) (*state, error) {
	s := &state{Account: account, file: file}
	data, err := os.ReadFile(file)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		key := make([]byte, 32)
		rand.Read(key)
		s.Secret = base64.StdEncoding.EncodeToString(key)
		return s, s.save()
	case err != nil:
		return nil, fmt.Errorf("-state: %w", err)
	}
	if err := json.Unmarshal(data, s); err != nil {
		return nil, fmt.Errorf("-state: %s is not a file of omise-listen: %w", file, err)
	}
	if s.Account != account {
		return nil, fmt.Errorf("-state: %s belongs to %s, but the key is of %s", file, s.Account, account)
	}
	return s, nil
}

// save replaces the file in one step, so that a killed process leaves either the old or
// the new file.
func (s *state) save() (err error) {
	data, err := json.Marshal(s)
	if err != nil {
		return fmt.Errorf("-state: %w", err)
	}
	next, err := os.CreateTemp(filepath.Dir(s.file), filepath.Base(s.file)+".*") // its mode is 0600
	if err != nil {
		return fmt.Errorf("-state: %w", err)
	}
	defer func() {
		if err != nil {
			os.Remove(next.Name())
			err = fmt.Errorf("-state: %w", err)
		}
	}()
	_, err = next.Write(append(data, '\n'))
	if err = errors.Join(err, next.Sync(), next.Close()); err != nil {
		return err
	}
	return os.Rename(next.Name(), s.file)
}
