"""Issues in the code and at a code host, kept in step with the plan's."""
