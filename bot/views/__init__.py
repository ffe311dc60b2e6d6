"""What a member sees in Slack: Block Kit, built and read back."""
