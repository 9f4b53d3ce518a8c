"""A stand-in for Maelis: a process of its own that speaks real SOAP, keeps books and misbehaves on demand.

It shares no code with the connector: only what goes over the wire is common to both. `python -m
demo.simulator --help` tells how to start it; tests use `demo.simulator.process.Simulator`.
"""
