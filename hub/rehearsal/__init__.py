"""A throwaway training deployment with actors, a simulated clock and faults."""
