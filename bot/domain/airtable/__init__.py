"""What is known of an Airtable base, and the rules by which plan and base are kept in step."""
