alter table appearances drop column answer_note;
alter table appearances drop column answered_at;
alter table appearances drop column respond_by;
alter table appearances drop column invited_at;
alter table appearances drop column invitation_message;
alter table appearances drop column invitation_version;
drop table speaker_organisations;
alter table speakers drop column affiliations;
