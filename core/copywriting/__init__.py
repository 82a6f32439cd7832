"""From shop facts to headline, body, call to action and hashtags."""
