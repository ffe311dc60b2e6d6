"""Keep the plan in step with an Airtable base (the design, decision 1; contracts, airtable 4-5)."""
