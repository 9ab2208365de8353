drop index series_organisations_by_organisation;
drop index organisations_by_merger;
alter table organisations drop column merged_into;
drop table membership_holders;
drop table memberships;
