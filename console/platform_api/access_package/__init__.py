"""The access package: everything that bears on a person (P10), gathered by durable work, sealed, and opened by the person alone."""
