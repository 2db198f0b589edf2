"""What yibao costs, beside others in one run: start-up, memory and speed."""
