"""Whether lettering can be read where it stands, and what makes it so."""
