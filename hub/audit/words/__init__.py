"""Each event as a sentence in Japanese and in English; a module a part of the domain."""
