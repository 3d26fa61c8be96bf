package omise

import "time"

// An Audit is an entry of the audit log: it says who did what. [SearchService.Audits]
// finds entries. Times are UTC.
//
// See https://docs.omise.co/search-api.
type Audit struct {
	Object        string         `json:"object" wire:"strict"` // "audit"
	ID            string         `json:"id" wire:"strict"`
	Description   string         `json:"description"` // a sentence
	ActorType     AuditActorType `json:"actor_type"`
	ActorEmail    string         `json:"actor_email"`
	Verb          AuditVerb      `json:"verb"`
	AuditableType AuditableType  `json:"auditable_type"` // kind of the object that was acted on
	AuditableUID  string         `json:"auditable_uid"`
	CreatedAt     time.Time      `json:"created_at"`
}

func (a *Audit) identity() identity { return identity{kindAudit, a.Object, a.ID} }

// AuditActorType is the kind of actor. The API may add values.
type AuditActorType string

// AuditActorTypeUser is a person with access to the dashboard.
const AuditActorTypeUser AuditActorType = "user"

// AuditVerb is the action. The API may add values.
type AuditVerb string

// AuditVerbRulesSwitched is a change of the routing rules in force.
const AuditVerbRulesSwitched AuditVerb = "rules_switched"

// AuditableType is the kind of the object that was acted on. The API may add values.
type AuditableType string

// AuditableTypeRoutingGroup is a group of routing rules.
const AuditableTypeRoutingGroup AuditableType = "routing_group"
