package main

import (
	"context"
	"errors"
	"fmt"
	"log"
	"strconv"
	"time"

	"github.com/omisekit/omise-go"
)

// payLimit ends a call before the payer gives up waiting, even while the client looks for a
// charge whose answer was lost. settle finds the outcome later.
const payLimit = 20 * time.Second

// intent names one attempt to pay an order. The charge stores it, so that the charge can be
// found if its answer was lost.
func (o *order) intent() string { return fmt.Sprintf("order-%d-%d", o.ID, o.Attempt) }

func (o *order) refundIntent() string { return fmt.Sprintf("refund-%d", o.ID) }

// charge makes the charge of an attempt that has begun and writes the result to the order.
// The error is an error of the database.
func (s *shop) charge(ctx context.Context, o *order, params *omise.ChargeCreateParams) error {
	// The call goes on when the payer closes the page.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), payLimit)
	defer cancel()
	params.Amount, params.Currency = o.Amount, o.Currency
	params.Description = fmt.Sprintf("Order %d: %s", o.ID, o.Item)
	params.ReturnURI = s.orderURL(o.ID)
	params.Metadata = omise.Metadata{"order_id": strconv.FormatInt(o.ID, 10), "attempt": strconv.Itoa(o.Attempt)}
	charge, err := s.client.Charges.Create(ctx, params, omise.WithIntent(o.intent()))
	switch {
	case errors.Is(err, omise.ErrOutcomeUnknown):
		return nil // the order does not change until settle finds the outcome
	case err != nil:
		log.Printf("order %d: %v", o.ID, err) // it is not for the payer
		return s.orders.set(o.ID, o.Attempt, failed, "", "something went wrong")
	}
	return s.apply(charge)
}

// apply sets an order to the state of its charge.
func (s *shop) apply(charge *omise.Charge) error {
	id, err := strconv.ParseInt(fmt.Sprint(charge.Metadata["order_id"]), 10, 64)
	if err != nil {
		return nil // the charge does not belong to an order
	}
	attempt, err := strconv.Atoi(fmt.Sprint(charge.Metadata["attempt"]))
	if err != nil {
		return nil
	}
	switch step := charge.NextStep(); step {
	case omise.NextStepPaid:
		return s.took(id, attempt, charge)
	case omise.NextStepFailed:
		return s.orders.set(id, attempt, failed, charge.ID, string(charge.Failure().Code))
	case omise.NextStepExpired, omise.NextStepReversed:
		return s.orders.set(id, attempt, failed, charge.ID, string(step))
	default:
		return s.orders.set(id, attempt, pending, charge.ID, "")
	}
}

// took records that an order is paid. If the order was paid by another attempt before, a
// person has to refund this charge.
func (s *shop) took(id int64, attempt int, charge *omise.Charge) error {
	if err := s.orders.set(id, attempt, paid, charge.ID, ""); err != nil {
		return err
	}
	o, err := s.orders.get(strconv.FormatInt(id, 10))
	if err == nil && o.ChargeID != charge.ID {
		log.Printf("order %d: charge %s is paid as well: refund it", id, charge.ID)
	}
	return err
}

// settle asks the API for the state of an order that has not ended.
func (s *shop) settle(ctx context.Context, o *order) error {
	switch o.State {
	case pending:
		charge, err := s.client.Charges.Get(ctx, o.ChargeID)
		if err != nil {
			return err
		}
		return s.apply(charge)
	case paying:
		found, err := s.client.Charges.ResolveIntent(ctx, o.intent(), o.Began, time.Time{})
		if err != nil {
			return err
		}
		switch found.State {
		case omise.ResolutionFound:
			return s.apply(found.Object)
		case omise.ResolutionNotFound:
			return s.orders.set(o.ID, o.Attempt, failed, "", "the payment did not arrive")
		case omise.ResolutionDuplicated:
			log.Printf("order %d: charged %d times: refund all but %s", o.ID, len(found.Candidates), found.Object.ID)
			return s.apply(found.Object)
		}
	case refunding:
		found, err := s.client.Refunds.ResolveIntent(ctx, o.ChargeID, o.refundIntent(), o.Began, time.Time{})
		if err != nil {
			return err
		}
		switch found.State {
		case omise.ResolutionFound, omise.ResolutionDuplicated: // the charge does not allow more than its amount
			return s.orders.setRefund(o.ID, refunded, "")
		case omise.ResolutionNotFound:
			return s.orders.setRefund(o.ID, paid, "the refund did not arrive")
		}
	}
	return nil
}

// refund refunds the whole order.
func (s *shop) refund(ctx context.Context, o *order) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), payLimit)
	defer cancel()
	_, err := s.client.Refunds.Create(ctx, o.ChargeID, &omise.RefundCreateParams{Amount: o.Amount}, omise.WithIntent(o.refundIntent()))
	switch {
	case errors.Is(err, omise.ErrOutcomeUnknown):
		return nil // settle finds the outcome
	case err != nil:
		log.Printf("order %d: refund: %v", o.ID, err)
		return s.orders.setRefund(o.ID, paid, "The money was not refunded. Please try again.")
	}
	return s.orders.setRefund(o.ID, refunded, "")
}
