alter table event_changes add column notice text check (notice in ('rescheduled', 'postponed', 'cancelled', 'reinstated', 'place_changed'));
