drop table materials;
