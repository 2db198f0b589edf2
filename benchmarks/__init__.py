"""What yibao costs: start-up, memory and throughput, measured beside others in one run."""
