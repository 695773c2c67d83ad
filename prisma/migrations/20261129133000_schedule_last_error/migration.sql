-- Why a schedule's firing that is due could not be made yet; null: nothing is in its way.
alter table schedule add column last_error text;
