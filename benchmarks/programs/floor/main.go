// Command floor gets a charge with net/http and encoding/json.
package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
)

func main() {
	req, err := http.NewRequest(http.MethodGet, "https://api.omise.co/charges/"+os.Args[1], nil)
	if err != nil {
		panic(err)
	}
	req.SetBasicAuth(os.Getenv("OMISE_SECRET_KEY"), "")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		panic(err)
	}
	defer resp.Body.Close()
	var charge struct {
		ID     string `json:"id"`
		Amount int64  `json:"amount"`
		Paid   bool   `json:"paid"`
	}
	err = json.NewDecoder(resp.Body).Decode(&charge)
	fmt.Println(charge, err)
}
