-- One row: which time zone data the instants of events were derived with, and how far a change of it has come. With an
-- empty version, as at first, it is not known which it was, and the first worker looks at every event to come.
create table timezone_data (
  id integer primary key check (id = 1),
  version text not null,
  seen_at timestamptz,
  behind_id uuid,
  done_at timestamptz
);
insert into timezone_data (id, version) values (1, '');
