-- What an event has from its series where it says nothing itself: a copy, renewed with the series. Until now a series
-- could give languages alone; registration and attendance mode were said by every event, and stay its own.
alter table events add column series_defaults text not null default '{}';
update events set series_defaults = json_build_object('languages', series.details::json -> 'languages')::text
from series
where series.id = events.series_id and series.details::json -> 'languages' is not null;
update events set languages = (select languages from series where series.id = events.series_id)
where languages = '[]' and series_id is not null;

-- What a search looks at. SQL cannot take accents off; a session that was there before has its title in small letters
-- until it is saved again.
alter table sessions add column search_text text not null default '';
update sessions set search_text = lower(title);
