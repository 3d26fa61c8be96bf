// Package outbox makes sure that a payment is completed even if the process that asked
// for it dies. An intent, such as "charge 1,000 baht for order-42", is written into the
// merchant's own database, in the transaction that writes the order. Workers, in any
// number of processes, carry the intent out and report the result once, in a
// transaction.
//
//	box := outbox.New(db, client, outbox.OnResult(settle))
//	err := box.Charge(ctx, tx, "order-42", params) // in the merchant's transaction
//	err = box.Run(ctx)                             // in any number of processes
//	result, err := box.Wait(ctx, "order-42")       // in a web handler
//
//	func settle(ctx context.Context, result *outbox.Result) error {
//		switch result.State {
//		case outbox.Done: // paid: outbox.Tx(ctx).ExecContext(ctx, "UPDATE orders ...")
//		case outbox.Declined: // result.Charge.Failure(); box.Again is for another card
//		case outbox.Waiting: // result.Charge.AuthorizeURI: the payer has to act
//		case outbox.Refused: // result.Err
//		case outbox.Review, outbox.Duplicated: // a person looks, then box.Decide
//		}
//		return nil
//	}
//
// After the transaction is committed, an attempt makes at most one object at Omise and
// one report of its end, even if processes are killed at any moment and answers are
// lost. If the outbox cannot know the result, it sends nothing more and asks a person,
// with candidates.
//
// # How
//
// An attempt is written to the database before it is sent, and its mark is in the
// metadata of the object. An attempt whose answer was lost, or whose worker has died,
// is never simply sent again. The outbox asks the API for an object with the mark. It
// sends another request only if there is no such object after the time that
// [WithMaxProcessingTime] promises, by the clock of the API. docs/outbox.md of this
// module is the manual, with a diagram of the states.
//
// # Databases
//
// It works with PostgreSQL, with MySQL 8 and MariaDB 10.6 or later, and with SQLite
// 3.24 or later. It has no driver. SQLite must be opened as package webhook/sqlstore
// says.
//
// # Tables
//
// [Box.CreateTable] makes the tables, and [Schema] returns the statements. A later
// release that needs more columns adds ALTER TABLE statements after these. In
// PostgreSQL and SQLite:
//
//	CREATE TABLE IF NOT EXISTS omise_outbox (
//		intent TEXT PRIMARY KEY,
//		fence BIGINT NOT NULL,
//		due_at BIGINT,
//		created_at BIGINT NOT NULL,
//		updated_at BIGINT NOT NULL,
//		kind TEXT NOT NULL,
//		parent TEXT NOT NULL,
//		account TEXT NOT NULL,
//		state TEXT NOT NULL,
//		reported TEXT NOT NULL,
//		base TEXT NOT NULL,
//		attempt BIGINT NOT NULL,
//		sends BIGINT NOT NULL,
//		tries BIGINT NOT NULL,
//		looked_again BIGINT NOT NULL,
//		began_at BIGINT NOT NULL,
//		no_object_after BIGINT NOT NULL,
//		amount BIGINT NOT NULL,
//		digest TEXT NOT NULL,
//		first_digest TEXT NOT NULL,
//		single_use TEXT,
//		object_id TEXT NOT NULL,
//		params TEXT NOT NULL,
//		failure TEXT NOT NULL,
//		candidates TEXT NOT NULL,
//		story TEXT NOT NULL,
//		UNIQUE (single_use)
//	)
//	CREATE INDEX IF NOT EXISTS omise_outbox_due_at ON omise_outbox (due_at)
//	CREATE INDEX IF NOT EXISTS omise_outbox_object_id ON omise_outbox (object_id)
//	CREATE TABLE IF NOT EXISTS omise_outbox_pace (account TEXT PRIMARY KEY, free_at BIGINT NOT NULL)
//
// In MySQL and MariaDB TEXT is VARCHAR(255) CHARACTER SET ascii COLLATE ascii_bin
// where it is compared and MEDIUMTEXT CHARACTER SET utf8mb4 elsewhere, and the
// indexes are part of the first statement. Times are in milliseconds since 1970.
// The user of the database needs SELECT, INSERT and UPDATE, and DELETE for
// [Box.Prune] and for an intent whose params the database has changed.
//
// # Nothing secret
//
// There is no key, no card number and no security code in the table. A token and personal
// data are only in the params, and in a message of the API that repeats a param. The
// params are dropped when the object exists or the attempt has ended. The message of a
// refusal stays until another attempt begins or [Box.Prune] deletes the intent.
package outbox
