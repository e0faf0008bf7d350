using Elbo;
using Elbo.Data;
using Elbo.Models;
using Elbo.Training;

var data = DatasetCatalog.Get("digits").Load(DataLocation.FromEnvironment());
using var vae = new Autoencoder(new VaeOptions { LatentDim = 2 }, data.Train.Shape);
vae.Fit(data.Train, new FitOptions { Epochs = 1 }, validation: data.Test);
vae.Save("saved");
Console.WriteLine(vae.History[^1].Split);
