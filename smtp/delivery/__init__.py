"""What the symbiont does with a control file: local delivery, remote delivery, retries, bounces."""
