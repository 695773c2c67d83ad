alter table job validate constraint job_state;
alter table job validate constraint job_step_in_hand;
alter table job validate constraint job_waits;
alter table job validate constraint job_waits_begun;
alter table job validate constraint job_scheduled;
alter table job validate constraint job_one_form;
alter table job validate constraint job_place;
