drop table speaker_sources;
drop table programme_sources;
drop table session_sources;
drop table imports;
