package omise_test

import (
	"context"
	"encoding/csv"
	"fmt"
	"log"
	"strings"
	"time"

	"github.com/omisekit/omise-go"
	"github.com/omisekit/omise-go/omisetest"
)

func ExampleSchedulesService_Create() {
	ctx := context.Background()
	srv := omisetest.NewServer(nil)
	client := srv.Client()
	customer, err := client.Customers.Create(ctx, &omise.CustomerCreateParams{Card: srv.SeedToken("4242424242424242")})
	if err != nil {
		log.Fatal(err)
	}
	today := omise.DateOf(srv.Now())
	schedule, err := client.Schedules.Create(ctx, &omise.ScheduleCreateParams{
		Every:   1,
		Period:  omise.SchedulePeriodMonth,
		On:      &omise.ScheduleOn{DaysOfMonth: []int{1}},
		EndDate: omise.Date{Year: today.Year + 1, Month: today.Month, Day: today.Day},
		Charge:  &omise.ScheduleChargeParams{Customer: customer.ID, Amount: 30_000, Description: "Coffee club"},
	})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(schedule.InWords)

	srv.Advance(365 * 24 * time.Hour) // a year of virtual time passes at once
	runs, err := client.Schedules.ListOccurrences(ctx, schedule.ID, nil)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(runs.Total, "charges, the last one", runs.Data[runs.Total-1].Status)
	// Output:
	// Every 1 month(s) on the 1st
	// 12 charges, the last one successful
}

func ExampleSchedulesService_BulkCreate() {
	ctx := context.Background()
	srv := omisetest.NewServer(nil)
	client := srv.Client()
	customer, err := client.Customers.Create(ctx, &omise.CustomerCreateParams{Card: srv.SeedToken("4242424242424242")})
	if err != nil {
		log.Fatal(err)
	}
	file := "customer_key,customer,card,amount,description,every,period,days_of_month,start_date,end_date\n" +
		"1," + customer.ID + ",,30000,Coffee club,1,month,1,2026-02-01,2026-12-31\n"
	job, err := client.Schedules.BulkCreate(ctx, &omise.ScheduleBulkCreateParams{
		File:     strings.NewReader(file),
		Filename: "club.csv",
	})
	if err != nil {
		log.Fatal(err)
	}
	job, err = client.RecurringExports.Get(ctx, job.ID)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(job.ScheduleCreatedCount, "of", job.Entries, "schedules")

	report, err := client.RecurringExports.Download(ctx, job.ID)
	if err != nil {
		log.Fatal(err)
	}
	defer report.Close()
	rows, err := csv.NewReader(report).ReadAll()
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(len(rows), "rows with the heading")
	// Output:
	// 1 of 1 schedules
	// 2 rows with the heading
}

func ExampleLinksService_Create() {
	ctx := context.Background()
	srv := omisetest.NewServer(nil)
	client := srv.Client()
	link, err := client.Links.Create(ctx, &omise.LinkCreateParams{
		Amount: 150_000, Currency: omise.THB, Title: "Coffee beans", Description: "For a month",
	})
	if err != nil {
		log.Fatal(err)
	}
	srv.PayLink(link.ID) // the payer opens link.PaymentURI
	charges, err := client.Links.ListCharges(ctx, link.ID, nil)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(charges.Data[0].Status, charges.Data[0].Link.ID == link.ID)
	// Output: successful true
}

func ExampleLinksPlusService_Create() {
	ctx := context.Background()
	client := omisetest.NewServer(nil).Client()
	link, err := client.LinksPlus.Create(ctx, &omise.LinksPlusLinkCreateParams{
		TemplateID: 3655, TeamID: 3388, Name: "Coffee beans", Amount: 150_000, Currency: omise.THB,
	})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(link.Status, link.TransactionURL != "")
	// Output: active true
}

func ExampleLinkedAccountsService_Create() {
	ctx := context.Background()
	srv := omisetest.NewServer(nil)
	client := srv.Client()
	account, err := client.LinkedAccounts.Create(ctx, &omise.LinkedAccountCreateParams{
		Type: omise.LinkedAccountTypeDirectDebitKBank, ReturnURI: "https://shop.example.com/back",
	})
	if err != nil {
		log.Fatal(err)
	}
	srv.RegisterLinkedAccount(account.ID, true) // the payer opens account.RegistrationURI
	charge, err := client.Charges.Create(ctx, &omise.ChargeCreateParams{
		Amount: 50_000, Currency: omise.THB, LinkedAccount: account.ID,
	})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(charge.Status, charge.LinkedAccount.Object.Type)
	// Output: successful direct_debit_kbank
}

func ExampleChainsService_Get() {
	ctx := context.Background()
	srv := omisetest.NewServer(nil)
	client := srv.Client()
	id := srv.AddChain("merchant@example.com") // the merchant agrees on the dashboard
	chain, err := client.Chains.Get(ctx, id)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(chain.Email, chain.Key) // a key does not print

	merchant := client.With(omise.WithSecretKey(chain.Key.Reveal()))
	balance, err := merchant.Balance.Get(ctx)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(balance.Total)
	// Output:
	// merchant@example.com [redacted]
	// 0
}

func ExampleWithSubMerchant() {
	ctx := context.Background()
	srv := omisetest.NewServer(nil)
	client := srv.Client()
	merchant, err := client.SubMerchants.Create(ctx, &omise.SubMerchantCreateParams{Name: "Noi's stall"})
	if err != nil {
		log.Fatal(err)
	}
	charge, err := client.Charges.Create(ctx, &omise.ChargeCreateParams{
		Amount: 50_000, Currency: omise.THB, Card: srv.SeedToken("4242424242424242"),
		PlatformFee: &omise.PlatformFeeParams{Percentage: "2.5"},
	}, omise.WithSubMerchant(merchant.ID))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(charge.MerchantName, *charge.PlatformFee.Amount)
	// Output: Noi's stall 1250
}

func ExampleSearchService_Charges() {
	ctx := context.Background()
	srv := omisetest.NewServer(nil)
	client := srv.Client()
	srv.SeedPaidCharges(1)
	found, err := client.Search.Charges(ctx, &omise.SearchParams{
		Filters: omise.ChargeFilters{
			Status: omise.ChargeStatusSuccessful,
			Amount: omise.AmountsFilter(omise.THB, 50_000, 200_000),
		},
		Order: omise.ReverseChronological,
	})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(found.Total, found.Data[0].Amount)
	// Output: 1 100000
}

func ExampleSearchService_Universal() {
	ctx := context.Background()
	srv := omisetest.NewServer(nil)
	client := srv.Client()
	srv.SeedPaidCharges(1)
	found, err := client.Search.Universal(ctx, omise.SearchScopeCharge, &omise.SearchParams{
		Filters: omise.Filters{"card_last_digits": "4242"},
	})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(found.Total)
	// Output: 1
}

func ExampleReceiptsService_List() {
	ctx := context.Background()
	srv := omisetest.NewServer(nil)
	client := srv.Client()
	srv.SeedPaidCharges(1)
	srv.Advance(24 * time.Hour)
	receipts, err := client.Receipts.List(ctx, nil)
	if err != nil {
		log.Fatal(err)
	}
	for _, receipt := range receipts.Data {
		fmt.Println(receipt.IssuedOn, receipt.Currency.Format(receipt.ChargeFee))
	}
	// Output: 2026-01-05 36.50
}

func ExampleWebhookSecretsService_Create() {
	ctx := context.Background()
	client := omisetest.NewServer(nil).Client()
	secret, err := client.WebhookSecrets.Create(ctx, nil)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(secret.Usable, secret.Key) // keep secret.Key.Reveal(): no other answer has it
	// Output: true [redacted]
}

func ExampleSystemService_GetInfo() {
	ctx := context.Background()
	client := omisetest.NewServer(nil).Client()
	info, err := client.System.GetInfo(ctx)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(info.Versions[len(info.Versions)-1])
	// Output: 2019-05-29
}
