"""What a configuration file may say: closed models, located faults."""
