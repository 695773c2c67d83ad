-- How often the lease was renewed after it had run out. A replica renews it from two threads: what one of two renewals
-- found must be told by the other too, or the thread that hears of that one first believes that it lost nothing.
alter table replica add column lapses int not null default 0;
