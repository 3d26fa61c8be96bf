package office

import (
	"errors"
	"log"

	"github.com/omise/omise-go"
	"github.com/omise/omise-go/operations"
)

func transfer(client *omise.Client) bool {
	err := client.Do(nil, &operations.CreateTransfer{Amount: 1000})
	if refused, ok := err.(*omise.Error); ok {
		return refused.StatusCode >= 500
	}
	switch err.(type) {
	case *omise.Error:
		log.Println(errors.Unwrap(err))
	}
	return client.Do(nil, &operations.RetrieveBalance{}) == nil
}

func isRefused(err error) bool {
	var refused *omise.Error
	return errors.As(err, &refused)
}
