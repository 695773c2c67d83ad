-- What waits for another attempt, or for its webhook to be switched on again, by endpoint: to be dropped or let go.
create index message_stalled on message (endpoint, id) where state in ('waiting', 'held');
