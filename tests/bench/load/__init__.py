"""Load for a mail server as a whole, and what it costs: for the appliance and, beside it, for the bare engines."""
