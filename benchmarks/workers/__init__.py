"""What runs inside the environments; every module is one process and prints JSON."""
